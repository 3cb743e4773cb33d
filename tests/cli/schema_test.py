"""The printed JSON Schema refuses each wrong file whose fault is one of shape, and no shipped one.

Usage: schema_test.py SOURCE_DIR. Exit 77 (skipped) where python3-jsonschema or python3-yaml is
missing."""

import json
import pathlib
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """YAML as the scenario loader reads it: a time of day is a text, not a date."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main(source):
    schema = json.loads((source / "scenarios/schema/lapse-1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = []
    shape_faults = 0
    for path in sorted((source / "tests/unit/language/wrong").glob("*.yaml")):
        text = path.read_text()
        if not text.startswith("# shape |"):
            continue
        shape_faults += 1
        if validator.is_valid(yaml.load(text, Loader)):
            failures.append(f"{path.name}: the schema takes it")
    shipped = sorted((source / "scenarios").rglob("*.yaml"))
    for path in shipped:
        for error in validator.iter_errors(yaml.load(path.read_text(), Loader)):
            place = list(error.absolute_path)
            failures.append(f"{path}: refused at {place}: {error.message[:200]}")
    if shape_faults < 40 or not shipped:
        failures.append(f"only {shape_faults} wrong and {len(shipped)} shipped files found")
    print("\n".join(failures) or f"{shape_faults} wrong files refused, {len(shipped)} taken")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
