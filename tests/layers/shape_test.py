#!/usr/bin/env python3
"""How long lines and files are, how large a room is, whose namespace, and whether it is formatted.

    shape_test.py                 lines, files, rooms and namespaces of this repository
    shape_test.py --clang-format  every source is as clang-format writes it; exit status 77
                                  (skipped) without version 14: each version writes differently
    shape_test.py --self-test     checks that each kind of fault is found, in made-up trees

A line is a line of text of any kind, blank or comment too.
"""

import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

COLUMNS_MAX = 100
LINES_MAX = 450
ROOM_PERCENT_MAX = 15
FORMATTER_VERSION = 14

PRODUCT = ("actors", "sim", "reports")
CODE = {".cpp", ".hpp", ".in", ".js", ".css", ".py", ".cmake", ".sh", ""}
# A line break in a template or a drawing is part of the page: their lines may be long.
COUNTED = CODE | {".mustache", ".svg"}
BUILD_FILES = {"CMakeLists.txt", "CMakePresets.json", "install-dependencies.sh", "run"}


def files(root):
    """Files of the product, the tests and the build; not what git ignores."""
    for top in (*PRODUCT, "tests", ".ci"):
        for path in sorted((root / top).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
    for path in sorted(root.iterdir()):
        if path.is_file():
            yield path


def too_wide(root):
    for path in files(root):
        if path.suffix not in CODE and path.name not in BUILD_FILES or path.name[0] == ".":
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if len(line) > COLUMNS_MAX:
                yield (f"{path.relative_to(root)}:{number}: {len(line)} columns, "
                       f"at most {COLUMNS_MAX}")


def too_long(root):
    for path in files(root):
        if path.suffix in {".cpp", ".hpp"}:
            lines = len(path.read_text().splitlines())
            if lines > LINES_MAX:
                yield f"{path.relative_to(root)}: {lines} lines, at most {LINES_MAX}: divide it"


def too_large(root):
    """Rooms, which are two folders deep, with more than their share of the product's lines."""
    rooms = collections.Counter()
    for path in files(root):
        place = path.relative_to(root).parts
        if place[0] in PRODUCT and path.suffix in COUNTED:
            rooms["/".join(place[:2])] += len(path.read_text().splitlines())
    whole = sum(rooms.values())
    for room, lines in sorted(rooms.items()):
        if lines * 100 > whole * ROOM_PERCENT_MAX:
            yield (f"{room}: {lines} of {whole} product lines, {lines * 100 / whole:.1f} %, "
                   f"at most {ROOM_PERCENT_MAX} %: divide the room")


# What everything speaks of stands in `lapse` itself.
OPEN_ROOM = "actors/protocol"
# Rooms whose name is taken by a function or type that all rooms use.
RENAMED = {"reports/text": "text_report", "reports/json": "json_report"}


def out_of_namespace(root):
    """Sources of a room that open another namespace than `lapse::ROOM`. Declaring another room's
    type ahead is allowed: such a namespace has no blank line after it."""
    for path in files(root):
        room = "/".join(path.relative_to(root).parts[:2])
        if path.suffix not in {".cpp", ".hpp"} or room.split("/")[0] not in PRODUCT:
            continue
        wanted = "lapse::" + RENAMED.get(room, room.split("/")[-1])
        if room == OPEN_ROOM:
            wanted = "lapse"
        text = path.read_text()
        for opened in re.findall(r"^namespace (lapse[\w:]*) \{\n\n", text, re.MULTILINE):
            inner = opened.startswith(wanted + "::") and room != OPEN_ROOM
            if opened != wanted and not inner:
                yield f"{path.relative_to(root)}: opens {opened}, its room is {wanted}"


def faults(root):
    yield from too_wide(root)
    yield from too_long(root)
    yield from too_large(root)
    yield from out_of_namespace(root)


def unformatted(root, formatter):
    sources = [str(path) for path in files(root) if path.suffix in {".cpp", ".hpp"}]
    seen = subprocess.run([formatter, "--dry-run", "-Werror", *sources], cwd=root, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    named = dict.fromkeys(re.findall(r"^(\S+?):\d+:\d+: error:", seen.stdout, re.MULTILINE))
    found = [f"{name}: run clang-format -i on it" for name in named]
    return found or ([seen.stdout] if seen.returncode else [])


def find_formatter():
    """Path of the formatter of the version that the sources are written with, or None."""
    for name in (f"clang-format-{FORMATTER_VERSION}", "clang-format"):
        path = shutil.which(name)
        if path is not None:
            said = subprocess.run([path, "--version"], check=True, capture_output=True, text=True)
            if re.search(rf"version {FORMATTER_VERSION}\.", said.stdout):
                return path
    return None


def self_test():
    """Each tree is good but for one file; None: good altogether."""
    rooms = [f"{top}/{name}" for top in PRODUCT for name in ("a", "b", "c")]
    cases = [
        ("sim/a/x.cpp", "x" * 100, None),
        ("sim/a/x.cpp", "é" * 100, None),
        ("README.md", "x" * 101, None),
        ("reports/a/page.mustache", "x" * 101, None),
        ("tests/samples/x.log", "x" * 101, None),
        ("sim/a/x.cpp", "x" * 101, "101 columns"),
        ("tests/x_test.py", "x" * 101, "101 columns"),
        ("CMakeLists.txt", "x" * 101, "101 columns"),
        (".ci/run", "x" * 101, "101 columns"),
        ("tests/x.cpp", "\n" * 449, None),
        ("tests/x.cpp", "\n" * 450, "451 lines"),
        ("tests/x.py", "\n" * 451, None),
        ("sim/a/x.css", "\n" * 39, None),
        ("sim/a/x.css", "\n" * 44, "divide the room"),
        ("sim/a/x.cpp", "namespace lapse::a {\n\n}", None),
        ("sim/a/x.cpp", "namespace lapse::a::detail {\n\n}", None),
        ("sim/a/x.hpp", "namespace lapse::b {\nclass it;\n}\n\nnamespace lapse::a {\n\n}", None),
        ("sim/a/x.cpp", "namespace lapse {\n\n}", "its room is lapse::a"),
        ("sim/a/x.cpp", "namespace lapse::b {\n\n}", "its room is lapse::a"),
        ("actors/protocol/x.hpp", "namespace lapse {\n\n}", None),
        ("actors/protocol/x.hpp", "namespace lapse::b {\n\n}", "its room is lapse"),
    ]
    wrong = []
    for path, text, expected in cases:
        with tempfile.TemporaryDirectory() as scratch:
            root = pathlib.Path(scratch)
            for room in rooms:
                (root / room).mkdir(parents=True)
                (root / room / "fill.cpp").write_text("\n" * 100)
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text + "\n")
            found = list(faults(root))
        if (expected is None and found) or (
                expected is not None and (len(found) != 1 or expected not in found[0])):
            wrong.append(f"{path}: expected {expected}, found {found}")
    return wrong


def main():
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    if sys.argv[1:] == ["--self-test"]:
        found = self_test()
    elif sys.argv[1:] == ["--clang-format"]:
        formatter = find_formatter()
        if formatter is None:
            print(f"skipped: clang-format {FORMATTER_VERSION} is missing")
            return 77
        found = unformatted(root, formatter)
    else:
        found = list(faults(root))
    print("\n".join(found) or "no faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
