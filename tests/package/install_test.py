#!/usr/bin/env python3
"""`cmake --install` gives a lapse that works away from the source tree, and a CMake package that
another project builds with.

Usage: install_test.py CMAKE BUILD_DIR CONFIG"""

import os
import pathlib
import re
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
# Printed by the program, with the arguments that print them.
PRINTED = {
    "share/lapse/schema/lapse-1.schema.json": ["schema"],
    "share/man/man1/lapse.1": ["manual"],
    "share/bash-completion/completions/lapse": ["completion", "bash"],
}
CONSUMER = pathlib.Path(__file__).resolve().parent / "consumer"


def output(command, **options):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, **options).stdout


def program_faults(prefix, scratch):
    for name in EXPECTED:
        if not (prefix / name).is_file():
            yield f"not installed: {name}"
    program = prefix / "bin/lapse"
    report = output([program, "run", prefix / "share/lapse/scenarios/tour" /
                     "01-keys-die-with-the-token.yaml"], cwd=scratch)
    if "`keys` was advertised 9h and lived 1h" not in report or "PASS" not in report:
        yield f"the installed program gave another report:\n{report}"
    for name, arguments in PRINTED.items():
        if output([program, *arguments], cwd=scratch) != (prefix / name).read_text():
            yield f"{name} is not what `lapse {' '.join(arguments)}` prints"
    many = output([program, "run", prefix / "share/lapse/scenarios"], cwd=scratch)
    print(many.rstrip().splitlines()[-1])


def cache_of(build):
    lines = (pathlib.Path(build) / "CMakeCache.txt").read_text().splitlines()
    return dict(re.match(r"([^:]+):[^=]*=(.*)", line).groups() for line in lines
                if re.match(r"[A-Za-z]", line))


def package_leaks(prefix, build, source):
    """Targets must not carry our warnings or folders into other projects."""
    for path in prefix.rglob("lapse-*.cmake"):
        text = path.read_text()
        for leak in ("-Wall", "-Wextra", "-Wpedantic", str(build), str(source), "lapse_pch"):
            if leak in text:
                yield f"{path.name} mentions {leak}"


def consumer_faults(cmake, prefix, build, config, scratch):
    """Builds another project with the package, by the compiler and flags of this build, since
    sanitizers have to be everywhere or nowhere."""
    cache = cache_of(build)
    yield from package_leaks(prefix, pathlib.Path(build), cache["CMAKE_HOME_DIRECTORY"])
    folder = pathlib.Path(scratch, "consumer")
    same = ["CMAKE_CXX_COMPILER", "CMAKE_CXX_FLAGS", f"CMAKE_CXX_FLAGS_{config.upper()}",
            "CMAKE_GENERATOR", "CMAKE_MAKE_PROGRAM"]
    settings = {name: cache[name] for name in same if name in cache}
    generator = settings.pop("CMAKE_GENERATOR")
    log = subprocess.run(
        [cmake, "-S", CONSUMER, "-B", folder, "-G", generator, f"-DCMAKE_PREFIX_PATH={prefix}",
         f"-DCMAKE_BUILD_TYPE={config}",
         *(f"-D{name}={value}" for name, value in settings.items())],
        check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True)
    if log.returncode == 0:
        log = subprocess.run([cmake, "--build", folder, "--config", config], check=False,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    if log.returncode != 0:
        yield f"a project that uses the package does not build:\n{log.stdout}"
        return
    program = next(path for path in folder.rglob("consumer") if path.is_file())
    ran = subprocess.run([program], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, cwd=scratch)
    if ran.returncode != 0:
        yield f"the program that uses the package fails:\n{ran.stdout}"


def main(cmake, build, config):
    with tempfile.TemporaryDirectory() as scratch:
        prefix = pathlib.Path(scratch, "prefix")
        environment = {key: value for key, value in os.environ.items() if key != "DESTDIR"}
        output([cmake, "--install", build, "--config", config, "--prefix", str(prefix)],
               env=environment)
        faults = [*program_faults(prefix, scratch),
                  *consumer_faults(cmake, prefix, build, config, scratch)]
    print("\n".join(faults) or "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
