#!/usr/bin/env python3
"""`cpack -G DEB` makes a package that has what it should and whose program runs.

Usage: deb_test.py CPACK BUILD_DIR CONFIG"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

TOOLS = ("dpkg", "dpkg-deb", "dpkg-shlibdeps")
EXPECTED = (
    "bin/lapse",
    "share/bash-completion/completions/lapse",
    "share/doc/lapse/README.md",
    "share/doc/lapse/changelog.gz",
    "share/doc/lapse/copyright",
    "share/lapse/scenarios/FORMAT.md",
    "share/lapse/schema/lapse-1.schema.json",
    "share/man/man1/lapse.1.gz",
)
EXPECTED_DEV = (
    "include/lapse/sim/language/loader.hpp",
    "lib/cmake/lapse/FindCAF.cmake",
    "lib/cmake/lapse/lapse-config.cmake",
    "lib/cmake/lapse/lapse-targets.cmake",
    "lib/lapse/liblapse_sim_explore.a",
    "share/doc/lapse-dev/copyright",
)
TOUR = "share/lapse/scenarios/tour/01-keys-die-with-the-token.yaml"


def output(*command, **options):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, **options).stdout


def field(package, name):
    return output("dpkg-deb", "-f", package, name).strip()


def wrong_fields(package, needs):
    if "lapse developers <" not in field(package, "Maintainer"):
        yield f"{package.name}: maintainer {field(package, 'Maintainer')}"
    if "\n" not in field(package, "Description"):
        yield f"{package.name}: only a short description"
    for library in needs:
        if library not in field(package, "Depends"):
            yield f"{package.name}: does not depend on {library}: {field(package, 'Depends')}"


def unpacked(package, root, expected):
    """Unpacks and says what is missing."""
    output("dpkg-deb", "-x", package, root)
    for name in expected:
        if not (root / "usr" / name).is_file():
            yield f"{package.name}: no /usr/{name}"


def faults(folder, with_libraries):
    package = next(folder.glob("lapse_*.deb"))
    root = folder / "root"
    yield from wrong_fields(package, ("libc6", "libfmt", "libcaf", "libyaml-cpp"))
    yield from unpacked(package, root, EXPECTED)
    report = output(root / "usr/bin/lapse", "run", root / "usr" / TOUR, cwd=folder)
    if "`keys` was advertised 9h and lived 1h" not in report or "PASS" not in report:
        yield f"the packed program gave another report:\n{report}"
    if list((root / "usr").rglob("*.a")) or list((root / "usr").rglob("*.hpp")):
        yield f"{package.name}: has libraries or headers, which are for lapse-dev"
    if with_libraries:
        package = next(folder.glob("lapse-dev_*.deb"))
        yield from wrong_fields(package, ("libcaf-dev", "libyaml-cpp-dev"))
        yield from unpacked(package, folder / "root-dev", EXPECTED_DEV)


def main(cpack, build, config):
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print("not here:", *missing)
        return 77
    # Libraries with debug information take long to pack.
    with_libraries = config in ("Release", "MinSizeRel")
    parts = "lapse;lapse_dev" if with_libraries else "lapse"
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        output(cpack, "-G", "DEB", "-C", config, "--config", f"{build}/CPackConfig.cmake", "-B",
               scratch,
               "-D", f"CPACK_COMPONENTS_ALL={parts}", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip",
               cwd=scratch)
        found = list(faults(folder, with_libraries))
    print("\n".join(found) or "no faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
