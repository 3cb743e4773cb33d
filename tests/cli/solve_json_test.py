"""What `lapse solve --format json` writes keeps to the published schema, and a damaged document
does not.

Usage: solve_json_test.py SOURCE_DIR BINARY. Exit 77 (skipped) where python3-jsonschema is
missing."""

import json
import pathlib
import subprocess
import sys
import tempfile

import published_schema

SCENARIO = """lapse: 1
name: logins
auth: { approle: { type: approle, roles: { web: { token_ttl: 5m } } } }
steps:
  - repeat: { times: 60, every: 1m, steps: [ { login: "t{i}", with: approle/web } ] }
always:
  - { leases: { at_most: 20 } }
"""
TTL = "auth.approle.roles.web.token_ttl="
# What is asked, with the verdict and the exit status that it must have.
QUESTIONS = (
    (["--vary", TTL + "1m..2h"], "boundary", 0),
    (["--vary", TTL + "1m..10m", "--want", "smallest"], "all", 0),
    (["--vary", TTL + "1h..2h"], "none", 1),
    (["--vary", "always.0.leases.at_most=1..9"], "boundary", 0),
    (["--vary", "server.max_lease_ttl=10m..800h"], "boundary", 0),
)


def main(source, binary):
    schema = published_schema.load(source, "solve-1.schema.json")
    failures = []
    document = {}
    folder = tempfile.TemporaryDirectory()
    scenario = pathlib.Path(folder.name, "logins.yaml")
    scenario.write_text(SCENARIO)
    for arguments, verdict, status in QUESTIONS:
        out = subprocess.run([binary, "solve", scenario, *arguments, "--format", "json"],
                             capture_output=True, text=True, check=False)
        if out.returncode != status:
            failures.append(f"{arguments}: status {out.returncode}: {out.stderr[:300]}")
            continue
        document = json.loads(out.stdout)
        failures += schema.faults(" ".join(arguments), document)
        if document["verdict"] != verdict:
            failures.append(f"{arguments}: {document['verdict']}, not {verdict}")
    document["holds"] = {"first": {"text": "1h"}, "last": {"text": "2h"}}
    if not schema.faults("damaged", document):
        failures.append("a value without its number is taken")
    print("\n".join(failures) or f"{len(QUESTIONS)} documents")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
