#!/usr/bin/env python3
"""`cmake --install` gives a lapse that works away from the source tree.

Usage: install_test.py CMAKE BUILD_DIR CONFIG"""

import os
import pathlib
import subprocess
import sys
import tempfile

EXPECTED = (
    "bin/lapse",
    "share/lapse/scenarios/README.md",
    "share/lapse/scenarios/FORMAT.md",
    "share/lapse/scenarios/tour/01-keys-die-with-the-token.yaml",
    "share/lapse/schema/lapse-1.schema.json",
    "share/lapse/schema/report-1.schema.json",
    "share/lapse/schema/trace-1.schema.json",
    "share/doc/lapse/README.md",
    "share/doc/lapse/CHANGELOG.md",
    "share/doc/lapse/LICENSE",
)


def output(command, **options):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, **options).stdout


def main(cmake, build, config):
    with tempfile.TemporaryDirectory() as scratch:
        prefix = pathlib.Path(scratch, "prefix")
        environment = {key: value for key, value in os.environ.items() if key != "DESTDIR"}
        output([cmake, "--install", build, "--config", config, "--prefix", str(prefix)],
               env=environment)
        missing = [name for name in EXPECTED if not (prefix / name).is_file()]
        if missing:
            print("not installed:", *missing)
            return 1
        report = output([prefix / "bin/lapse", "run", prefix / "share/lapse/scenarios/tour" /
                         "01-keys-die-with-the-token.yaml"], cwd=scratch)
        if "`keys` was advertised 9h and lived 1h" not in report or "PASS" not in report:
            print("the installed binary gave another report:", report, sep="\n")
            return 1
        schema = output([prefix / "bin/lapse", "schema"], cwd=scratch)
        if schema != (prefix / "share/lapse/schema/lapse-1.schema.json").read_text():
            print("the installed schema is not the one that the binary prints")
            return 1
        many = output([prefix / "bin/lapse", "run", prefix / "share/lapse/scenarios"], cwd=scratch)
        print(many.rstrip().splitlines()[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
