#!/usr/bin/env python3
"""The documents say what is so: README.md's report and explanation are real ones, its example
scenario passes, and links inside the repository lead somewhere.

Usage: documents_test.py BINARY"""

import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md",
             "scenarios/README.md",
             "scenarios/FORMAT.md", "sim/rulebook/README.md", "tests/conformance/README.md")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def run(command, **options):
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def dead_links():
    for name in DOCUMENTS:
        document = SOURCE / name
        for target in LINK.findall(document.read_text()):
            if "://" not in target and not (document.parent / target).exists():
                yield f"{name}: link to {target}, which does not exist"


def shown_report(binary, readme):
    """Every line shown stands in the report, in that order; `…` stands for lines left out."""
    command, *shown = blocks(readme, "")[0].splitlines()
    if not command.startswith("$ lapse run "):
        yield f"README.md: opens with '{command}', not with a run"
        return
    yield from lines_not_printed(binary, command, shown)


def lines_not_printed(binary, command, shown):
    report = iter(run([binary, *command.split()[2:]], cwd=SOURCE).stdout.splitlines())
    for line in shown:
        if line != "…" and not any(line == real for real in report):
            yield f"README.md: '{command[2:]}' prints no such line, or not there: {line}"


def shown_excerpts(binary, readme):
    for block in blocks(readme, "console"):
        if block.startswith(("$ lapse forecast ", "$ lapse run ")):
            command, *shown = block.splitlines()
            yield from lines_not_printed(binary, command, shown)


def shown_explanations(binary, readme):
    """What the README shows of `lapse explain` is the whole of what it prints."""
    shown = [block for block in blocks(readme, "console") if block.startswith("$ lapse explain ")]
    if not shown:
        yield "README.md: shows no explanation"
    for block in shown:
        command, text = block.split("\n", 1)
        real = run([binary, *command.split()[2:]], cwd=SOURCE).stdout
        if text != real:
            yield f"README.md: '{command[2:]}' really prints:\n{real}"


def example_scenarios(binary, readme):
    examples = [block for block in blocks(readme, "yaml") if block.startswith("lapse:")]
    if not examples:
        yield "README.md: shows no scenario"
    for number, example in enumerate(examples, 1):
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch, "example.yaml")
            path.write_text(example)
            seen = run([binary, "run", path])
        if seen.returncode != 0:
            yield f"README.md: example scenario {number} fails:\n{seen.stdout}"


def counted_transcripts():
    """`tests/conformance` compares the number in its README."""
    there = len(list((SOURCE / "tests/conformance/transcripts").glob("*.jsonl")))
    told = re.search(r"(\d+) transcripts of OpenBao", (SOURCE / "CHANGELOG.md").read_text())
    if told is None or int(told[1]) != there:
        yield f"CHANGELOG.md: there are {there} transcripts, not {told and told[1]}"


def main(binary):
    readme = (SOURCE / "README.md").read_text()
    faults = [*dead_links(), *shown_report(binary, readme), *shown_excerpts(binary, readme),
              *shown_explanations(binary, readme), *example_scenarios(binary, readme),
              *counted_transcripts()]
    print("\n".join(faults) or "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
