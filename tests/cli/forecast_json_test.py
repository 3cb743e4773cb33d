"""What `lapse forecast --format json` writes keeps to the published schema, and a damaged document
does not.

Usage: forecast_json_test.py SOURCE_DIR BINARY. Exit 77 (skipped) where python3-jsonschema is
missing."""

import json
import pathlib
import subprocess
import sys
import tempfile

import published_schema

SCENARIO = """lapse: 1
name: a small fleet
auth: { approle: { type: approle, roles: { web: { token_ttl: 1h }, job: { token_ttl: 2h } } } }
clients:
  web: { count: 20, start: { over: 1h }, login: approle/web }
steps:
  - repeat: { until: 13h, every: 10m, steps: [ { login: "job{i}", with: approle/job } ] }
"""


def main(source, binary):
    schema = published_schema.load(source, "forecast-1.schema.json")
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        scenario = pathlib.Path(folder, "fleet.yaml")
        scenario.write_text(SCENARIO)
        out = subprocess.run([binary, "forecast", scenario, "--horizon", "12h", "--limit", "25",
                              "--seeds", "2", "--format", "json"], capture_output=True, text=True,
                             check=False)
    if out.returncode != 0:
        print(f"status {out.returncode}: {out.stderr[:300]}")
        return 1
    document = json.loads(out.stdout)
    failures += schema.faults("fleet", document)
    names = {(row["family"], row["where"]) for row in document["sources"]}
    if names != {("web", "approle/web"), ("", "approle/job")}:
        failures.append(f"sources are {names}")
    if len(document["outages"]) != 7 or document["passed"] is None:
        failures.append("outages or the passing of the limit are missing")
    document["total"]["peak"] = "many"
    if not schema.faults("damaged", document):
        failures.append("a peak that is a text is taken")
    print("\n".join(failures) or "1 document")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
