"""Every numbered rule is named by a test or listed as not modelled, and never both.

Usage: rule_coverage.py SOURCE_DIR LAPSE_BINARY. The numbers are those of
tests/conformance/rules.txt. A test names a rule in its title, in the title of a section, or in a
comment of a file that holds tests."""

import collections
import pathlib
import re
import subprocess
import sys

NUMBER = re.compile(r"\b(?:R-\d{3,4}|E-\d{2})\b")
# A range says where to read, not what is tested.
RANGE = re.compile(r"\b([RE])-\d+ to \1-\d+\b")
TITLE = re.compile(r"(?:TEST_CASE|SECTION)\(((?:\s*\"(?:[^\"\\]|\\.)*\")+)")
COMMENT = re.compile(r"^\s*(?://|#)(.*)$", re.MULTILINE)


def known_rules(source):
    lines = (source / "tests/conformance/rules.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if re.match(r"[RE]-\d+ ", line)}


def named_by_tests(source):
    """Rule -> files whose tests name it."""
    found = collections.defaultdict(set)
    for path in sorted((source / "tests").rglob("*")):
        if path.name == pathlib.Path(__file__).name or path.suffix not in (".cpp", ".py"):
            continue
        text = path.read_text()
        if path.suffix == ".cpp" and "TEST_CASE(" not in text:
            continue
        if path.suffix == ".py" and "test" not in path.stem:
            continue
        for part in TITLE.findall(text) + COMMENT.findall(text):
            joined = re.sub(r"\"\s*\"", "", part)
            for number in NUMBER.findall(RANGE.sub("", joined)):
                found[number].add(path.relative_to(source))
    return found


def listed_by_binary(lapse):
    """What `lapse rules --coverage` says: (modelled, total, not modelled, modelled in part)."""
    out = subprocess.run([lapse, "rules", "--coverage"], check=True, capture_output=True,
                         text=True).stdout
    head = re.match(r"(\d+) of (\d+) rules and edge cases are modelled\n", out)
    missing, _, partly = out.partition("\nmodelled but for\n")
    notes = [re.findall(r"^([RE]-\d+) +\S.*\n {8}\S", part, re.MULTILINE)
             for part in (missing, partly)]
    return int(head[1]), int(head[2]), *notes


def main(source, lapse):
    known = known_rules(source)
    named = named_by_tests(source)
    modelled, total, missing, partly = listed_by_binary(lapse)
    problems = []
    if total != len(known):
        problems.append(f"rules.txt has {len(known)} numbers, the table counts {total}")
    if modelled != total - len(missing):
        problems.append(f"{modelled} are said to be modelled, {total} less {len(missing)} are")
    for listed in (missing, partly):
        problems += [f"{rule} is listed twice" for rule, n in collections.Counter(listed).items()
                     if n > 1]
    for rule in sorted(known - set(named) - set(missing)):
        problems.append(f"{rule}: no test names it, and it is not listed as not modelled")
    for rule in sorted(set(missing) & set(named)):
        files = ", ".join(str(file) for file in sorted(named[rule]))
        problems.append(f"{rule}: listed as not modelled, but named in {files}")
    for rule in sorted(set(partly) & set(missing)):
        problems.append(f"{rule}: listed both as not modelled and as modelled in part")
    for rule in sorted((set(missing) | set(partly) | set(named)) - known):
        problems.append(f"{rule}: not among the numbers of rules.txt")
    print("\n".join(problems) or f"{len(known & set(named))} rules named by tests, "
                                 f"{len(missing)} not modelled")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
