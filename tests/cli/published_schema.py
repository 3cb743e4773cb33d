"""The JSON Schemas that lapse publishes, for the tests of what it writes."""

import json
import sys

try:
    import jsonschema
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


class Schema:
    def __init__(self, schema):
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)

    def faults(self, label, document):
        """One text per place where the document does not keep to the schema."""
        return [f"{label}: {list(e.absolute_path)}: {e.message[:200]}"
                for e in self.validator.iter_errors(document)]


def load(source, name):
    """One of reports/schemas."""
    return Schema(json.loads((source / "reports/schemas" / name).read_text()))
