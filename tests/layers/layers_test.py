#!/usr/bin/env python3
"""Who may include whom, and which folders there are.

    layers_test.py             checks this repository
    layers_test.py --self-test checks that each kind of fault is found, in made-up trees

The table is the one in ARCHITECTURE.md. A new room gets a line here and there.
"""

import pathlib
import re
import sys
import tempfile

BASE = {"actors/protocol", "actors/api", "actors/ttl", "actors/policy", "actors/runtime"}
WORLD = BASE | {"actors/http", "actors/lease", "actors/token", "actors/secrets", "actors/auth",
                "actors/vault"}
SCENARIO = {"sim/document", "sim/language", "sim/plan", "sim/run"}
RUNS = WORLD | {"actors/lives", "sim/engine", "sim/rules"} | SCENARIO

# Room: the other rooms it may include, and the outside libraries that only some may include.
ROOMS = {
    "actors/protocol": (set(), set()),
    "actors/http": ({"actors/protocol"}, set()),
    "actors/ttl": ({"actors/protocol"}, set()),
    "actors/lives": ({"actors/protocol", "actors/ttl"}, set()),
    "actors/policy": ({"actors/protocol"}, set()),
    "actors/identity": ({"actors/protocol", "actors/api", "actors/policy"}, set()),
    "actors/api": ({"actors/protocol"}, set()),
    "actors/runtime": ({"actors/protocol", "actors/api"}, {"caf"}),
    "actors/lease": (BASE, {"caf"}),
    "actors/token": (BASE | {"actors/lease", "actors/identity"}, {"caf"}),
    "actors/secrets": (BASE, set()),
    "actors/auth": (BASE, set()),
    "actors/vault": (WORLD, {"caf", "openssl"}),
    "sim/engine": (WORLD | {"actors/lives"}, {"caf", "boost"}),
    "sim/rules": ({"actors/protocol", "actors/ttl", "actors/lives"}, set()),
    "sim/rulebook": (set(), set()),
    "sim/input": (set(), set()),
    "sim/transcript": ({"actors/protocol", "actors/http", "reports/junit", "sim/input"},
                       set()),
    "sim/document": ({"actors/protocol", "actors/ttl"}, {"yaml-cpp"}),
    "sim/plan": ({"actors/protocol", "sim/engine", "sim/document"}, {"boost"}),
    "sim/language": (WORLD | {"sim/engine", "sim/document", "sim/plan", "sim/input"},
                     set()),
    "sim/run": (WORLD | {"actors/lives", "sim/engine", "sim/rules", "sim/document", "sim/plan",
                         "reports/cause"}, set()),
    "sim/explain": (RUNS | {"reports/cause"}, set()),
    "sim/shrink": (RUNS, set()),
    "sim/explore": (RUNS | {"sim/shrink", "reports/cause"}, set()),
    "sim/search": (RUNS | {"sim/explore", "sim/input", "reports/text", "reports/markdown",
                           "reports/junit"},
                   set()),
    "sim/serve": (RUNS | {"reports/output", "reports/text", "reports/json"}, {"boost", "openssl"}),
    "sim/cli": (None, {"boost"}),
    # The reference model knows the requests and answers, and nothing of how they come about.
    "tests/model": ({"actors/protocol"}, set()),
}
REPORTS = ({"actors/protocol", "actors/ttl", "actors/lives"}, {"openssl", "pugixml.hpp", "kainjow"})

RARE_LIBRARIES = {"kainjow", "caf", "boost", "yaml-cpp", "pugixml.hpp", "openssl"}
TOP_LEVEL = {"actors", "scenarios", "sim", "tests", "reports", ".ci"}
NO_CODE = {"reports/schemas"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


def rules_of(room):
    if room.startswith("reports/"):
        return REPORTS
    return ROOMS.get(room)


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
        found = list(faults(pathlib.Path(__file__).resolve().parent.parent.parent))
    print("\n".join(found) or "no faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
