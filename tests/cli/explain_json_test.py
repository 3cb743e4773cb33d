"""What `lapse explain --format json` writes keeps to the published schema, and a damaged document
does not.

Usage: explain_json_test.py SOURCE_DIR BINARY. Exit 77 (skipped) where python3-jsonschema is
missing."""

import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

HANDLES_MAX = 3


def main(source, binary):
    schema = json.loads((source / "reports/schemas/explain-1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = []
    checked = 0
    document = {}
    for folder in ["tour", "seed"]:
        for path in sorted((source / "scenarios" / folder).glob("*.yaml")):
            found = re.findall(r"^ *-? *(?:create|login|save): *([a-z_0-9]+)", path.read_text(), re.M)
            for handle in ["root", *dict.fromkeys(found)][:HANDLES_MAX]:
                out = subprocess.run([binary, "explain", path, handle, "--format", "json"],
                                     capture_output=True, text=True, check=False)
                if out.returncode == 2 and re.search("never bound|names a value|lives at no time|unknown handle `job`",
                                                     out.stderr):
                    continue
                if out.returncode != 0:
                    failures.append(f"{path} {handle}: status {out.returncode}: {out.stderr[:300]}")
                    continue
                document = json.loads(out.stdout)
                checked += 1
                failures += [f"{path} {handle}: {list(e.absolute_path)}: {e.message[:200]}"
                             for e in validator.iter_errors(document)]
    if checked < 40:
        failures.append(f"only {checked} documents")
    document["schema_version"] = "one"
    if validator.is_valid(document):
        failures.append("a document whose version is a text is taken")
    print("\n".join(failures) or f"{checked} documents")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
