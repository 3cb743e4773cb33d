#!/usr/bin/env python3
"""Plants faults in the sources, one at a time, and tells which of them the tests notice.

  run.py [--count 60] [--seed 1] [--area NAME]... [--jobs 2] [--work build/mutation]

Faults are drawn evenly by area, from single lines changed after kinds.rules (universalmutator does
that: `pip install universalmutator==1.14.1`) and from two checks that change places. Each is built
in a copy of the last commit, and the ctest entries run whose program was linked anew. What does
not compile is drawn again. A fault that changes nothing that anybody could see is no fault: it is
judged by hand and stands in equivalent.txt with a reason, under the name that this prints.

The results stay in the work folder: the same call goes on where the last one stopped.
"""

import argparse
import contextlib
import hashlib
import io
import json
import pathlib
import random
import re
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
AREAS = {
    "tokens, leases, server": ["actors"],
    "engine": ["sim/engine", "sim/run", "sim/plan"],
    "clients, forecast, solve": ["sim/clients", "sim/forecast", "sim/solve"],
    "rules": ["sim/rules", "sim/rulebook"],
    "language": ["sim/language", "sim/document", "sim/input"],
    "search and shrinking": ["sim/explore", "sim/shrink", "sim/search"],
    "explanation": ["sim/explain", "reports/cause"],
    "reports": ["reports"],
    "command line, serve": ["sim/cli", "sim/serve", "sim/transcript"],
}
# What tells nothing about a fault in the sources: form, documents, packages.
NOT_RUN = re.compile(r"^(layers|package|planted|ci/|bench|cli/(documents|manual|completion))")


def files_of(root, area):
    taken = []
    for folder in AREAS[area]:
        taken += sorted((root / folder).rglob("*.cpp"))
    other = [f for a, folders in AREAS.items() if a != area for f in folders]
    inner = [root / f for f in other if any(f.startswith(mine + "/") for mine in AREAS[area])]
    return [f for f in taken if not any(i in f.parents for i in inner)]


def single_lines(path):
    from universalmutator import mutator

    lines = path.read_text().splitlines(keepends=True)
    with contextlib.redirect_stdout(io.StringIO()):
        found = mutator.mutants_regexp(
            lines, ruleFiles=[str(FOLDER / "kinds.rules")], ignorePatterns=[],
            ignoreStringOnly=True)
    for number, changed, (rule, _), _ in found:
        yield number, number, changed, rule.split(" ==>")[0].strip()


CHECK = re.compile(r"^  if \(.*\)$")


def swapped_checks(path):
    """Two `if (...)` with one `return` each that follow each other."""
    lines = path.read_text().splitlines(keepends=True)
    for i in range(len(lines) - 3):
        first, second = lines[i : i + 2], lines[i + 2 : i + 4]
        if all(CHECK.match(check.rstrip("\n")) and answer.startswith("    return") and
               answer.rstrip().endswith(";") for check, answer in (first, second)):
            yield i + 1, i + 4, "".join(second + first), "checks in another order"


def candidates(root, area):
    for path in files_of(root, area):
        for made in (single_lines, swapped_checks):
            for first, last, text, kind in made(path):
                yield path.relative_to(root).as_posix(), first, last, text, kind


def name_of(root, fault):
    file, first, _, text, kind = fault
    line = (root / file).read_text().splitlines()[first - 1]
    return hashlib.sha256("\n".join((file, line, text, kind)).encode()).hexdigest()[:10]


def equivalent():
    lines = (FOLDER / "equivalent.txt").read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


class Tree:
    """A copy of the last commit, and its build. Faults are drawn from the copy, not from what
    is being edited: their lines are those that change."""

    def __init__(self, work, jobs):
        self.root, self.build, self.jobs = work / "tree", work / "build", jobs
        if not self.root.exists():
            self.run("git", "clone", "--quiet", "--shared", str(ROOT), str(self.root))
        head = self.run("git", "-C", str(ROOT), "rev-parse", "HEAD").strip()
        self.run("git", "-C", str(self.root), "fetch", "--quiet", str(ROOT), "HEAD")
        # A run that was stopped leaves its fault behind.
        self.run("git", "-C", str(self.root), "checkout", "--quiet", "--force", "--detach", head)

    def make_ready(self):
        self.run("cmake", "-S", str(self.root), "-B", str(self.build), "-G", "Ninja",
                 "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O1",
                 "-DLAPSE_PLANTED_BUGS=OFF")
        if not self.compile():
            sys.exit("the sources as they are do not compile")
        listed = json.loads(self.run("ctest", "--test-dir", str(self.build),
                                     "--show-only=json-v1"))
        self.entries = [(number, entry["name"], entry.get("command", []))
                        for number, entry in enumerate(listed["tests"], 1)
                        if not NOT_RUN.match(entry["name"])]

    def run(self, *command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def compile(self):
        done = subprocess.run(["cmake", "--build", str(self.build), f"-j{self.jobs}"],
                              capture_output=True, text=True)
        return done.returncode == 0

    def programs(self):
        made = list((self.build / "tests").glob("test_*")) + [self.build / "lapse"]
        return {str(p): p.stat().st_mtime_ns for p in made if p.is_file()}

    def noticed_by(self, changed):
        """The first entry that fails; none: all pass."""
        numbers = [str(number) for number, _, command in self.entries
                   if any(part in changed for part in command)]
        if not numbers:
            return None
        done = subprocess.run(["ctest", "--test-dir", str(self.build), "-I",
                               ",,," + ",".join(numbers), f"-j{self.jobs}", "--stop-on-failure",
                               "--timeout", "300"], capture_output=True, text=True)
        if done.returncode == 0:
            return None
        failed = re.search(r"Test +#\d+: (\S+) .*(?:\*\*\*|Failed)", done.stdout)
        return failed.group(1) if failed else "ctest"

    def judge(self, fault):
        file, first, last, text, _ = fault
        path = self.root / file
        before = path.read_text()
        lines = before.splitlines(keepends=True)
        path.write_text("".join(lines[: first - 1]) + text + "".join(lines[last:]))
        programs = self.programs()
        try:
            if not self.compile():
                return "not built", None
            changed = {p for p, when in self.programs().items() if programs.get(p) != when}
            by = self.noticed_by(changed)
            return ("killed", by) if by else ("survived", None)
        finally:
            path.write_text(before)


def table(results, known):
    rows = [("area", "drawn", "killed", "survived", "equivalent")]
    counts = {}
    for area, outcome, name in ((r["area"], r["outcome"], r["name"]) for r in results):
        if outcome == "survived" and name in known:
            outcome = "equivalent"
        counts.setdefault(area, {}).setdefault(outcome, 0)
        counts[area][outcome] += 1
    total = {}
    for area, of in counts.items():
        rows.append((area, sum(of.values()), *(of.get(k, 0) for k in rows[0][2:])))
        for key, n in of.items():
            total[key] = total.get(key, 0) + n
    rows.append(("all", sum(total.values()), *(total.get(k, 0) for k in rows[0][2:])))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
        if row is rows[0]:
            print("|" + "---|" * len(row))
    real = sum(total.values()) - total.get("equivalent", 0)
    if real:
        print(f"\nnoticed: {100 * total.get('killed', 0) // real} % of {real}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--area", action="append", choices=list(AREAS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "mutation")
    parser.add_argument("--list", action="store_true", help="only print what would be planted")
    asked = parser.parse_args()
    areas = asked.area or list(AREAS)
    asked.work.mkdir(parents=True, exist_ok=True)
    kept = asked.work / f"results-{asked.seed}.json"
    results = json.loads(kept.read_text()) if kept.exists() else []
    judged = {r["name"]: r for r in results}
    print(f"seed {asked.seed}, {asked.count} faults in {len(areas)} areas")
    tree = Tree(asked.work.resolve(), asked.jobs)
    if not asked.list:
        tree.make_ready()
    shown = []
    for place, area in enumerate(areas):
        share = asked.count // len(areas) + (1 if place < asked.count % len(areas) else 0)
        draw = random.Random(f"{asked.seed} {area}")
        pool = list(candidates(tree.root, area))
        draw.shuffle(pool)
        for fault in pool:
            if share == 0:
                break
            name = name_of(tree.root, fault)
            if asked.list:
                print(f"{name} {area}: {fault[0]}:{fault[1]} {fault[4]}\n    {fault[3].strip()}")
                share -= 1
                continue
            if name not in judged:
                outcome, by = tree.judge(fault)
                judged[name] = {"name": name, "area": area, "file": fault[0], "line": fault[1],
                                "kind": fault[4], "text": fault[3].strip(), "outcome": outcome,
                                "by": by}
                kept.write_text(json.dumps(list(judged.values()), indent=1))
            one = judged[name]
            if one["outcome"] == "not built":
                continue
            share -= 1
            shown.append(one)
            print(f"{one['outcome']:9} {name} {one['file']}:{one['line']} {one['text'][:70]}"
                  + (f"  <- {one['by']}" if one["by"] else ""), flush=True)
    if not asked.list:
        print()
        table(shown, equivalent())
    return 0


if __name__ == "__main__":
    sys.exit(main())
