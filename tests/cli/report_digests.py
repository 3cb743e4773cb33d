#!/usr/bin/env python3
"""Determinism across compilers and build types: shipped scenarios give the same report bytes.

    report_digests.py BINARY...         every binary against report_digests.txt beside this script
    report_digests.py --update BINARY   records anew, after a change meant to change reports

One line of report_digests.txt is SHA-256, report format, scenario. Beside it, reports/FORMAT.xz
keeps the reports themselves, compressed: {scenario: text} as JSON, without the very long ones. From
them a difference is shown line by line, each kind of difference once. Exit status: 0 all the same,
1 not, 2 usage.

After a merge in which both sides changed reports, take either side's files and --update.
"""

import argparse
import collections
import difflib
import hashlib
import json
import lzma
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FORMATS = ("text", "json", "audit", "html", "md", "junit", "dot", "mermaid", "trace", "csv",
           "openmetrics")
HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
RECORD = HERE / "report_digests.txt"
KEPT = HERE / "reports"

# Characters. Longer reports are of scenarios with thousands of tokens; other formats show the same.
KEPT_MAX = 200_000

# What is shown of differences: kinds, lines of each, characters of a line.
KINDS_MAX = 12
LINES_MAX = 24
WIDTH_MAX = 180


def run(binary, scenario, scratch):
    """{format: report} of one scenario, named as seen from the root of the repository since reports
    print the name they were given; None after a failure, which is told."""
    files = {form: pathlib.Path(scratch, form) for form in FORMATS}
    command = [binary, "run", scenario]
    for form, path in files.items():
        command += ["--report", f"{form}={path}"]
    seen = subprocess.run(command, cwd=SOURCE, stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if seen.returncode != 0:
        sys.stdout.write(seen.stdout.decode(errors="replace"))
        print(f"{scenario}: exit status {seen.returncode}")
        return None
    return {form: path.read_bytes().decode() for form, path in files.items()}


def written_by(binary):
    """{(scenario, format): report} of all shipped scenarios, and whether each run passed."""
    result, passed = {}, True
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted((SOURCE / "scenarios").rglob("*.yaml")):
            scenario = path.relative_to(SOURCE).as_posix()
            reports = run(binary, scenario, scratch)
            passed = passed and reports is not None
            for form, report in (reports or {}).items():
                result[scenario, form] = report
    return result, passed


def formats_of(binary):
    """The formats that its help names, in no order."""
    text = subprocess.run([binary, "run", "--help"], check=True, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True).stdout
    return set(re.findall(r"^  (\w+) ", text.split("\nreport formats:\n")[1].split("\n\n")[0],
                          re.MULTILINE))


def digest(report):
    return hashlib.sha256(report.encode()).hexdigest()


# -- the record ----------------------------------------------------------------------------------


def recorded_digests():
    result = {}
    for line in RECORD.read_text().splitlines():
        value, form, scenario = line.split(maxsplit=2)
        result[scenario, form] = value
    return result


def kept_reports():
    result = {}
    for form in FORMATS:
        path = KEPT / f"{form}.xz"
        if path.exists():
            for scenario, report in json.loads(lzma.decompress(path.read_bytes())).items():
                result[scenario, form] = report
    return result


def update(reports):
    """Writes the digests, and the compressed reports of each format that changed."""
    RECORD.write_text("".join(f"{digest(report)}  {form:11}  {scenario}\n"
                              for (scenario, form), report in sorted(reports.items())))
    kept = kept_reports()
    KEPT.mkdir(exist_ok=True)
    for form in FORMATS:
        def of_form(all_reports, form=form):
            return {name: text for (name, other), text in all_reports.items()
                    if other == form and len(text) <= KEPT_MAX}

        if of_form(kept) != of_form(reports):
            text = json.dumps(of_form(reports), ensure_ascii=False, sort_keys=True)
            (KEPT / f"{form}.xz").write_bytes(lzma.compress(text.encode()))


# -- differences -----------------------------------------------------------------------------------


def cut(line, start):
    """At most WIDTH_MAX characters of a line, from a little before `start`."""
    begin = max(0, start - WIDTH_MAX // 3) if len(line) > WIDTH_MAX else 0
    head, tail = "…" if begin else "", "…" if begin + WIDTH_MAX < len(line) else ""
    return head + line[begin:begin + WIDTH_MAX] + tail


def changed_lines(before, after):
    """The lines that went (`-`) and came (`+`); long ones are cut to where they begin to differ."""
    old, new = before.splitlines(), after.splitlines()
    # Exact, but for reports so long that it would take minutes.
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > 2000)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = list(zip(old[a:b], new[c:d]))
        starts = [len(os.path.commonprefix(pair)) for pair in pairs]
        for sign, lines in (("-", old[a:b]), ("+", new[c:d])):
            for at, line in enumerate(lines):
                yield f"{sign} {cut(line, starts[at] if at < len(starts) else 0)}"
    if before != after and old == new:
        yield "  (only line ends differ)"


def show(name, expected, before, after):
    """Prints which of `after` has another digest than `expected`, and how it differs from what
    `before` kept; whether any does. All are {(scenario, format): …}."""
    kinds = collections.defaultdict(list)
    for key in sorted(expected.keys() | after.keys()):
        if key not in expected:
            lines = ("this report is not recorded",)
        elif key not in after:
            lines = ("this report is recorded, but none was written",)
        elif expected[key] == digest(after[key]):
            continue
        elif key in before:
            lines = tuple(changed_lines(before[key], after[key]))
        else:
            lines = ("the recorded report is too long to be kept: see another format",)
        kinds[lines].append("{}: {}".format(*key))
    for lines, places in list(kinds.items())[:KINDS_MAX]:
        print(f"{name}: {places[0]} report"
              + (f", and {len(places) - 1} more in the same way" if len(places) > 1 else ""))
        for line in lines[:LINES_MAX]:
            print(f"    {line}")
        if len(lines) > LINES_MAX:
            print(f"    … and {len(lines) - LINES_MAX} more lines")
    if len(kinds) > KINDS_MAX:
        rest = sum(len(places) for places in list(kinds.values())[KINDS_MAX:])
        print(f"{name}: … and {rest} more reports that differ in other ways")
    return bool(kinds)


def check_kept(expected, kept):
    """Whether the kept reports are those of the digests; else no difference can be shown."""
    stale = [key for key, report in sorted(kept.items())
             if expected.get(key) != digest(report)]
    for scenario, form in stale[:5]:
        print(f"{scenario}: the kept {form} report is not that of its digest")
    if stale or not kept:
        print(f"{len(stale)} of {len(kept)} kept reports are not those of report_digests.txt: "
              "use --update")
    return bool(kept) and not stale


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", nargs="+", metavar="BINARY")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    seen, good = {}, True
    for binary in options.binaries:
        seen[binary], passed = written_by(pathlib.Path(binary).resolve())
        good = good and passed
        if formats_of(binary) != set(FORMATS):
            print(f"{binary} has the formats {', '.join(sorted(formats_of(binary)))}: "
                  "FORMATS above names others")
            good = False
    first_name, first = next(iter(seen.items()))
    if options.update and not (good and first):
        print("nothing recorded")
        return 1
    if options.update:
        show(f"{first_name}, recorded now", recorded_digests(), kept_reports(), first)
        update(first)
    expected, kept = recorded_digests(), kept_reports()
    good = check_kept(expected, kept) and good
    for binary, reports in seen.items():
        if binary != first_name and reports == first:
            print(f"{binary}: the same bytes as {first_name}")
        elif show(binary, expected, kept, reports):
            good = False
            print(f"If all builds agree and the change is meant: {sys.argv[0]} --update {binary}")
    if good:
        print(f"{len(first)} reports, {len(seen)} binaries: the same bytes as recorded")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
