"""Each shipped scenario's JSON report keeps to the published schema, and a damaged one does not.

Usage: json_report_test.py SOURCE_DIR BINARY. Exit 77 (skipped) where python3-jsonschema is
missing."""

import json
import pathlib
import subprocess
import sys

import published_schema

# Of longer reports the first events are checked: there are no other kinds further on.
EVENTS_MAX = 400


def main(source, binary):
    schema = published_schema.load(source, "report-1.schema.json")
    failures = []
    kinds = set()
    report = {}
    shipped = sorted((source / "scenarios").rglob("*.yaml"))
    for path in shipped:
        out = subprocess.run([binary, "run", path, "--report", "json"], capture_output=True,
                             check=False)
        report = json.loads(out.stdout)
        del report["events"][EVENTS_MAX:]
        for table in [value for value in report.values() if isinstance(value, list)]:
            del table[EVENTS_MAX:]
        kinds.update(event["event"] for event in report["events"])
        failures += schema.faults(path, report)
    if len(shipped) < 50 or len(kinds) < 12:
        failures.append(f"only {len(shipped)} scenarios with {len(kinds)} kinds of events")
    report["schema_version"] = "one"
    if not schema.faults("damaged", report):
        failures.append("a report whose version is a text is taken")
    print("\n".join(failures) or f"{len(shipped)} reports, {len(kinds)} kinds of events")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
