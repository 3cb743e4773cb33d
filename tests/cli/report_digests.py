#!/usr/bin/env python3
"""Determinism across compilers and build types: every shipped scenario gives the same report bytes.

    report_digests.py BINARY...            every binary against report_digests.txt beside this script
    report_digests.py --update BINARY      writes that file anew, after a change meant to change reports

One line of the file is SHA-256, report format, scenario. Exit status: 0 all the same, 1 not, 2 usage.
"""

import argparse
import hashlib
import pathlib
import subprocess
import sys
import tempfile

FORMATS = ("text", "json", "audit", "html", "md", "junit", "dot", "mermaid", "trace", "csv",
           "openmetrics")
HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
RECORD = HERE / "report_digests.txt"


def digests(binary):
    """{(scenario, format): digest} of all shipped scenarios; scenarios are named as seen from the root
    of the repository, since reports print the name they were given."""
    result = {}
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted((SOURCE / "scenarios").rglob("*.yaml")):
            scenario = path.relative_to(SOURCE).as_posix()
            reports = {form: pathlib.Path(scratch, form) for form in FORMATS}
            command = [binary, "run", scenario]
            for form, report in reports.items():
                command += ["--report", f"{form}={report}"]
            seen = subprocess.run(command, cwd=SOURCE, stdin=subprocess.DEVNULL, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if seen.returncode != 0:
                sys.stdout.write(seen.stdout.decode(errors="replace"))
                print(f"{scenario}: exit status {seen.returncode}")
            for form, report in reports.items():
                if seen.returncode == 0:
                    result[scenario, form] = hashlib.sha256(report.read_bytes()).hexdigest()
                else:
                    result[scenario, form] = f"exit-status-{seen.returncode}"
    return result


def recorded():
    result = {}
    for line in RECORD.read_text().splitlines():
        digest, form, scenario = line.split(maxsplit=2)
        result[scenario, form] = digest
    return result


def differences(expected, seen):
    for key in sorted(expected.keys() | seen.keys()):
        scenario, form = key
        if key not in expected:
            yield f"{scenario}: {form} report not recorded"
        elif key not in seen:
            yield f"{scenario}: {form} report recorded, but there is no such scenario"
        elif expected[key] != seen[key]:
            yield f"{scenario}: {form} report has digest {seen[key]}, recorded is {expected[key]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", nargs="+", metavar="BINARY")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    seen = {binary: digests(pathlib.Path(binary).resolve()) for binary in options.binaries}
    first = next(iter(seen.values()))
    if not first:
        print("no scenarios found")
        return 1
    if options.update and any(digest.startswith("exit") for digest in first.values()):
        print("nothing recorded")
        return 1
    if options.update:
        lines = [f"{digest}  {form:11}  {scenario}\n"
                 for (scenario, form), digest in sorted(first.items())]
        RECORD.write_text("".join(lines))
    expected = recorded()
    status = 0
    for binary, found in seen.items():
        wrong = list(differences(expected, found))
        for line in wrong:
            print(f"{binary}: {line}")
        if wrong:
            status = 1
            others = [other for other in seen if other != binary and seen[other] == found]
            print(f"If all builds agree on it and the change is meant: {sys.argv[0]} --update {binary}"
                  + (f" (same bytes: {', '.join(others)})" if others else ""))
    if status == 0:
        print(f"{len(expected)} reports, {len(seen)} binaries: the same bytes as recorded")
    return status


if __name__ == "__main__":
    sys.exit(main())
