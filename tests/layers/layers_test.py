#!/usr/bin/env python3
"""Who may include whom, and which folders there are.

    layers_test.py             checks this repository
    layers_test.py --self-test checks that each kind of fault is found, in made-up trees

The table is that of ARCHITECTURE.md, section Rooms.
"""

import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent.parent
ROW = re.compile(r"^\| (`[^|]*`) \|[^|]*\| ([^|]*) \|$", re.MULTILINE)


def read_table(text):
    """Room: the other rooms it may include (None: all), and its libraries."""
    cells = {name: [item.strip() for item in allowed.split(",")]
             for names, allowed in ROW.findall(text.split("\n## Rooms\n")[1].split("\n## ")[0])
             for name in re.findall(r"`([^`]+)`", names)}
    short = {name.rpartition("/")[2]: name for name in cells
             if name.startswith(("actors/", "sim/"))}

    def rooms(name):
        found = set()
        for item in cells[name]:
            if item.startswith("as "):
                found |= {short[item[3:]]} | rooms(short[item[3:]])
            elif item == "reports":
                found.add("reports/*")
            elif item in short:
                found.add(short[item])
            elif item.startswith("`"):
                found.add(item.strip("`"))
            elif item.strip("*") == item and item not in {"nothing", "everything", "-"}:
                sys.exit(f"ARCHITECTURE.md: {name} may include {item}, which is no room")
        return found

    return {name: (None if "everything" in items else rooms(name),
                   {item.strip("*") for item in items if item.startswith("*")})
            for name, items in cells.items() if "-" not in items}


ROOMS = read_table((HERE / "ARCHITECTURE.md").read_text())
RARE_LIBRARIES = {library for _, libraries in ROOMS.values() for library in libraries}
TOP_LEVEL = {"actors", "scenarios", "sim", "tests", "reports", ".ci"}
NO_CODE = {"reports/schemas"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


def rules_of(room):
    return ROOMS.get("reports/*" if room.startswith("reports/") else room)


def fault(room, quote, included):
    """What is wrong with one #include line of a source in `room`, or None."""
    allowed, libraries = rules_of(room)
    first = included.split("/")[0]
    if quote == "<":
        if first in {"actors", "sim", "reports", "tests", "lapse"}:
            return "own headers are included with quotes"
        if first in RARE_LIBRARIES - libraries:
            return f"{room} may not use the library {first}"
        return None
    target = included.rpartition("/")[0]
    if first not in {"actors", "sim", "reports", "tests"} or ".." in included:
        return "include paths start at the root of the repository"
    if first == "tests" and not room.startswith("tests/"):
        return "no code of ours includes tests"
    if target == room or allowed is None or target in allowed:
        return None
    if room.startswith("reports/") and target.startswith("reports/"):
        return None
    return f"{room} may not include {target}"


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in {".cpp", ".hpp"})


def governed(root):
    """(source, its room) of all code that the table speaks of."""
    for top in ("actors", "sim", "reports"):
        for path in sources(root / top):
            yield path, path.parent.relative_to(root).as_posix()
    for path in sources(root / "tests" / "model"):
        if not path.stem.endswith("_test"):
            yield path, "tests/model"


def ignored(root):
    """Folders that git ignores at the top level, and git's own."""
    names = {".git"}
    listed = root / ".gitignore"
    if listed.exists():
        names |= {line.strip().strip("/") for line in listed.read_text().splitlines()}
    return names


def faults(root):
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if folder.name not in TOP_LEVEL | ignored(root):
            yield f"{folder.name}/: the top level is fixed: {', '.join(sorted(TOP_LEVEL))}"
    for path, room in governed(root):
        name = path.relative_to(root)
        if rules_of(room) is None or room in NO_CODE:
            yield f"{name}: {room} is no room of the table"
            continue
        text = path.read_text()
        for match in INCLUDE.finditer(text):
            wrong = fault(room, match[1], match[2])
            if wrong:
                line = text.count("\n", 0, match.start(2)) + 1
                yield f"{name}:{line}: {wrong}"


def self_test():
    """Each tree is good but for one line or folder; None: good altogether."""
    cases = [
        (None, None, None),
        ("actors/ttl/a.cpp", '#include "actors/protocol/time.hpp"', None),
        ("actors/vault/a.cpp", '#include "actors/token/token.hpp"', None),
        ("reports/text/a.cpp", '#include "reports/cause/cause.hpp"', None),
        ("sim/cli/a.cpp", '#include "reports/text/text_report.hpp"', None),
        ("tests/model/model_test.cpp", '#include "sim/engine/simulation.hpp"', None),
        ("actors/protocol/a.hpp", '#include "actors/ttl/duration.hpp"',
         "may not include actors/ttl"),
        ("actors/token/a.cpp", '#include "actors/vault/vault.hpp"', "may not include actors/vault"),
        ("actors/lease/a.cpp", '#  include "actors/token/token.hpp"',
         "may not include actors/token"),
        ("actors/runtime/a.cpp", '#include "sim/engine/network.hpp"', "may not include sim/engine"),
        ("actors/policy/a.cpp", "#include <caf/actor.hpp>", "may not use the library caf"),
        ("sim/rules/a.cpp", '#include "actors/vault/vault.hpp"', "may not include actors/vault"),
        ("sim/transcript/a.cpp", '#include "sim/engine/network.hpp"', "may not include sim/engine"),
        ("sim/engine/a.cpp", '#include "reports/text/cell.hpp"', "may not include reports/text"),
        ("reports/text/a.cpp", '#include "actors/token/token.hpp"', "may not include actors/token"),
        ("reports/json/a.cpp", '#include "sim/plan/plan.hpp"', "may not include sim/plan"),
        ("tests/model/model.cpp", '#include "actors/ttl/duration.hpp"',
         "may not include actors/ttl"),
        ("actors/ttl/a.cpp", '#include "duration.hpp"', "start at the root"),
        ("actors/ttl/a.cpp", '#include "actors/ttl/../vault/vault.hpp"', "start at the root"),
        ("actors/ttl/a.cpp", "#include <actors/vault/vault.hpp>", "with quotes"),
        ("actors/ttl/a.cpp", '#include "tests/support/catch.hpp"', "includes tests"),
        ("actors/utils/a.cpp", "", "is no room"),
        ("vendor/a.cpp", "", "the top level is fixed"),
    ]
    wrong = []
    for path, line, expected in cases:
        with tempfile.TemporaryDirectory() as scratch:
            root = pathlib.Path(scratch)
            (root / ".gitignore").write_text("/build/\n")
            for folder in sorted(TOP_LEVEL) + ["build"]:
                (root / folder).mkdir()
            if path:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(f"#include <string>\n{line}\n")
            found = list(faults(root))
        if (expected is None and found) or (
                expected is not None and (len(found) != 1 or expected not in found[0])):
            wrong.append(f"{path}: {line}: expected {expected}, found {found}")
    return wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        found = self_test()
    else:
        found = list(faults(HERE))
    print("\n".join(found) or "no faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
