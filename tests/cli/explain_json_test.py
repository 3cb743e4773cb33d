"""What `lapse explain --format json` writes keeps to the published schema, and a damaged document
does not.

Usage: explain_json_test.py SOURCE_DIR BINARY. Exit 77 (skipped) where python3-jsonschema is
missing."""

import json
import pathlib
import re
import subprocess
import sys

import published_schema

HANDLES_MAX = 3
# Of a path, and of a request.
OTHERS = [["tour/06-leases-of-secrets.yaml", "--prefix", "database/creds"],
          ["tour/06-leases-of-secrets.yaml", "--disable", "database"],
          ["tour/05-logins.yaml", "--mount", "auth/userpass"],
          ["tour/04-policies.yaml", "--refusal", "1"],
          ["tour/04-policies.yaml", "--as", "ben", "read kv/team/motto"],
          ["tour/04-policies.yaml", "--capabilities", "ben", "kv/team/motto"]]
UNEXPLAINED = "never bound|names a value|lives at no time|unknown handle `job`"


def main(source, binary):
    schema = published_schema.load(source, "explain-1.schema.json")
    failures = []
    checked = 0
    document = {}
    for folder in ["tour", "seed"]:
        for path in sorted((source / "scenarios" / folder).glob("*.yaml")):
            found = re.findall(r"^ *-? *(?:create|login|save): *([a-z_0-9]+)", path.read_text(),
                               re.M)
            for handle in ["root", *dict.fromkeys(found)][:HANDLES_MAX]:
                out = subprocess.run([binary, "explain", path, handle, "--format", "json"],
                                     capture_output=True, text=True, check=False)
                if out.returncode == 2 and re.search(UNEXPLAINED, out.stderr):
                    continue
                if out.returncode != 0:
                    failures.append(f"{path} {handle}: status {out.returncode}: {out.stderr[:300]}")
                    continue
                document = json.loads(out.stdout)
                checked += 1
                failures += schema.faults(f"{path} {handle}", document)
    for name, *words in OTHERS:
        out = subprocess.run([binary, "explain", source / "scenarios" / name, *words, "--format",
                              "json"], capture_output=True, text=True, check=False)
        if out.returncode != 0:
            failures.append(f"{name} {words}: status {out.returncode}: {out.stderr[:300]}")
            continue
        checked += 1
        failures += schema.faults(f"{name} {words}", json.loads(out.stdout))
    if checked < 40:
        failures.append(f"only {checked} documents")
    document["schema_version"] = "one"
    if not schema.faults("damaged", document):
        failures.append("a document whose version is a text is taken")
    print("\n".join(failures) or f"{checked} documents")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
