"""What `lapse check --json` writes keeps to the published schema: cases that hold, fail, stop at a
budget, do not load, and shards merged; a damaged document does not.

Usage: check_json_test.py SOURCE_DIR BINARY. Exit 77 (skipped) where python3-jsonschema is
missing."""

import json
import pathlib
import subprocess
import sys
import tempfile

import published_schema

TIE = """lapse: 1
policies:
  p: path "auth/token/lookup-self" { capabilities = ["read"] }
steps:
  - { create: app, ttl: 1h..2h, policies: [p] }
  - together: [ { lookup: app, self: true }, { revoke: app } ]
never:
  - { status: 403 }
sometimes:
  - { expired: app }
"""


def main(source, binary):
    schema = published_schema.load(source, "check-2.schema.json")
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        tie = folder / "tie.yaml"
        tie.write_text(TIE)
        bad = folder / "bad.yaml"
        bad.write_text("lapse: 1\nstep: []\n")
        keep = ["--failures", folder / "failures"]

        def check(words, status):
            out = folder / "report.json"
            out.unlink(missing_ok=True)
            run = subprocess.run([binary, "check", *words, "--json", out], capture_output=True,
                                 text=True, check=False)
            if run.returncode != status:
                failures.append(f"{words}: status {run.returncode}, not {status}: "
                                f"{run.stderr[:300]}")
                return {}
            document = json.loads(out.read_text())
            failures.extend(schema.faults(words, document))
            return document

        held = check([source / "scenarios/tour", "--runs", "20", "--failures", ""], 0)
        check([tie, *keep], 1)
        failed = check([tie, "--runs", "50", *keep], 1)
        check([tie, "--strategy", "exhaustive", "--runs", "1", *keep], 4)
        check([source / "scenarios/tour/03-time-and-renewal.yaml", "--failures", ""], 0)
        check([tie, bad, "--runs", "5", *keep], 2)
        check(["--generate", "--runs", "10", "--failures", ""], 0)
        if not (failed and failed["cases"][0]["failed"] and failed["cases"][0]["kept"]):
            failures.append("no failing case, or none kept, in the report of a search that fails")
        if held:
            held["cases"][0]["runs"] = "many"
            if not schema.faults("damaged", held):
                failures.append("a document with a text for a count is taken")
    print("\n".join(failures) or "all documents keep to the schema")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
