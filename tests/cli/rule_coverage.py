"""The rules of the server (sim/rulebook/*.md), what cites them and what `lapse rules` says of them.

Usage: rule_coverage.py SOURCE_DIR LAPSE_BINARY. It checks that

- every number that anything in the repository cites is the number of a rule
- every rule is named by a test or listed as not modelled, and never both. A test names a rule in
  its title, in the title of a section, or in a comment of a file that holds tests
- every modelled rule is cited by the code that implements it; edge cases are tests alone
- every recorded conversation that a rule refers to is in the repository, unless marked with †
- README.md of the rules names the chapters with their numbers
- `lapse rules` has the same numbers and titles, and `--coverage` the same reasons"""

import collections
import pathlib
import re
import subprocess
import sys

RULES = "sim/rulebook"
CITED_IN = ("actors", "sim", "reports", "tests", "scenarios")
CITING = {".cpp", ".hpp", ".in", ".py", ".md", ".yaml", ".txt", ".cmake"}
NUMBER = re.compile(r"(?<![\w-])(?:R-\d{3,4}|E-\d{2})(?![\w-])")
# A range says where to read, not what is tested.
RANGE = re.compile(r"\b([RE]-\d+) to ([RE]-\d+)\b")
HEADING = re.compile(r"^### ([RE]-\d+) (.+)$")
TITLE = re.compile(r"(?:TEST_CASE|SECTION)\(((?:\s*\"(?:[^\"\\]|\\.)*\")+)")
COMMENT = re.compile(r"^\s*(?://|#)(.*)$", re.MULTILINE)


def read_rules(source):
    """Rule -> {file, title, text}, where the text has its fields at the end."""
    rules = {}
    for path in sorted((source / RULES).glob("[0-9]*.md")):
        entry = None
        for line in path.read_text().splitlines():
            heading = HEADING.match(line)
            if heading:
                if heading[1] in rules:
                    raise SystemExit(f"{path}: {heading[1]} is there twice")
                entry = {"file": path.name, "title": heading[2], "text": ""}
                rules[heading[1]] = entry
            elif line.startswith("#"):
                entry = None
            elif entry:
                entry["text"] += line + "\n"
    return rules


def fields(entry, name):
    """Values of the lines `- name…`, with the lines that continue them."""
    found = re.findall(rf"^- {name}(.*(?:\n  .*)*)", entry["text"], re.MULTILINE)
    return [re.sub(r"\n  ", " ", value) for value in found]


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
                found[number].add(str(path.relative_to(source)))
    return found


def unknown_citations(source, rules):
    paths = [path for top in CITED_IN for path in (source / top).rglob("*")]
    for path in sorted(paths + list(source.glob("*.md"))):
        if path.suffix not in CITING or not path.is_file():
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for cited in NUMBER.findall(line):
                if cited not in rules:
                    yield f"{path.relative_to(source)}:{number}: there is no rule {cited}"


def missing_tests(source, rules):
    named = named_by_tests(source)
    for rule, entry in rules.items():
        not_modelled = fields(entry, "Not modelled: ")
        if not named[rule] and not not_modelled:
            yield f"{rule}: no test names it, and it is not listed as not modelled"
        if named[rule] and not_modelled:
            yield f"{rule}: not modelled, but named in {', '.join(sorted(named[rule]))}"


def missing_code(source, rules):
    cited = set()
    paths = [path for top in ("actors", "sim", "reports") for path in (source / top).rglob("*")]
    for path in paths:
        if path.suffix in (".cpp", ".hpp"):
            cited.update(NUMBER.findall(path.read_text()))
    for rule, entry in rules.items():
        if rule.startswith("R-") and rule not in cited and not fields(entry, "Not modelled: "):
            yield f"{rule}: no source of actors, sim or reports cites it"


def missing_transcripts(source, rules):
    there = {path.stem for path in (source / "tests/conformance/transcripts").glob("*.jsonl")}
    for rule, entry in rules.items():
        for seen in fields(entry, "Seen: "):
            for name, mark in re.findall(r"\b([a-z][a-z0-9]*(?:-[a-z0-9]+)+)(†?)", seen):
                if not mark and name not in there:
                    yield f"{rule}: the repository has no conversation {name}"
                if mark and name in there:
                    yield f"{rule}: the conversation {name} is in the repository after all"


def wrong_chapters(source, rules):
    """README.md has a row `| file | first to last | about |` for each chapter."""
    text = (source / RULES / "README.md").read_text()
    rows = dict(re.findall(r"^\| `([0-9].*?)` \| (\S+ to \S+) \|", text, re.MULTILINE))
    chapters = collections.defaultdict(list)
    for rule, entry in rules.items():
        chapters[entry["file"]].append(rule)
    for name in sorted(set(rows) | set(chapters)):
        there = f"{chapters[name][0]} to {chapters[name][-1]}" if chapters[name] else "none"
        if rows.get(name) != there:
            yield f"README.md: {name} has {there}, not {rows.get(name)}"


def differences_of_binary(lapse, rules):
    def output(*arguments):
        return subprocess.run([lapse, "rules", *arguments], check=True, capture_output=True,
                              text=True).stdout

    printed = re.findall(r"^([RE]-\d+)  (.+)$", output(*rules), re.MULTILINE)
    if printed != [(rule, entry["title"]) for rule, entry in rules.items()]:
        yield "`lapse rules NUMBER...` does not print the rules of the texts"
    coverage = output("--coverage")
    missing, _, partly = coverage.partition("\nmodelled but for\n")
    row = re.compile(r"^([RE]-\d+) +(\S.*)\n {8}(\S.*)", re.MULTILINE)
    expected = [(rule, entry["title"], reason) for rule, entry in rules.items()
                for reason in fields(entry, "Not modelled: ")]
    if row.findall(missing) != expected:
        yield "`lapse rules --coverage` lists other rules as not modelled than the texts"
    head = f"{len(rules) - len(expected)} of {len(rules)} rules and edge cases are modelled\n"
    if not coverage.startswith(head):
        yield f"`lapse rules --coverage` does not begin with: {head}"
    parts = [(rule, *value.split(": ", 1)) for rule, entry in rules.items()
             for value in fields(entry, "Modelled but for ")]
    if row.findall(partly) != parts:
        yield "`lapse rules --coverage` lists other parts as not modelled than the texts"


def main(source, lapse):
    rules = read_rules(source)
    problems = [*unknown_citations(source, rules), *missing_tests(source, rules),
                *missing_code(source, rules),
                *missing_transcripts(source, rules), *wrong_chapters(source, rules),
                *differences_of_binary(lapse, rules)]
    unmodelled = sum(bool(fields(entry, "Not modelled: ")) for entry in rules.values())
    print("\n".join(problems) or f"{len(rules) - unmodelled} rules named by tests, "
                                 f"{unmodelled} not modelled")
    return 1 if problems or not rules else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
