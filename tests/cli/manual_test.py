#!/usr/bin/env python3
"""The man page that `lapse manual` prints is well formed and has every option of every `--help`,
of every example, and of every environment variable that the command line reads.

Usage: manual_test.py SOURCE_DIR BINARY"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import help_page

SECTIONS = ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES",
            "EXAMPLES", "SEE ALSO")
LINTERS = (
    ("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"),
    ("groff", "-man", "-ww", "-z", "-Tutf8"),
    # It is a style of mandoc's to want a date, which would differ by build.
    ("mandoc", "-T", "lint", "-W", "error"),
)
# Of several, the first that is set.
FIRST = re.compile(r'first_variable\(\{([^}]*)\}\)')
READ = re.compile(r'(?:getenv|environment|read|is_set)\("([A-Z][A-Z_]+)"\)')
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "GROFF_NO_SGR": "1"}


def run(*command):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT).stdout


def examples(help_text):
    block = help_text.split("\nexamples:\n")[1].split("\n\n")[0]
    return [line.strip() for line in block.splitlines()]


def plain(page):
    """What a page says, without its markup."""
    text = re.sub(r"\\f[BIR]", "", page)
    for glyph, character in (("\\-", "-"), ("\\(aq", "'"), ("\\(ga", "`"), ("\\(ti", "~"),
                             ("\\(ha", "^"), ("\\&", ""), ("\\(rs", "\\")):
        text = text.replace(glyph, character)
    return text


def parts(page, request):
    """Heading: text up to the next heading of the same kind."""
    found = re.split(rf"^\.{request} (.*)\n", page, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2]))


def missing(page, source, binary):
    sections = parts(page, "SH")
    if tuple(sections) != SECTIONS:
        yield f"sections are {', '.join(sections)}"
        return
    of_command = parts(sections["COMMANDS"], "SS")
    shown = plain(sections["EXAMPLES"]).splitlines()
    for command in help_page.listed_commands(run(binary, "--help")):
        help_text = run(binary, command, "--help")
        said = plain(of_command.get(f"lapse {command}", ""))
        options = help_page.options(help_text)
        if not options:
            yield f"found no option in the help of {command}"
        for option in options:
            if not re.search(rf"^(?:-\w, )?{option}(?: |$)", said, re.MULTILINE):
                yield f"{command} {option} is not described"
        for example in examples(help_text):
            if example not in shown:
                yield f"no example {example}"
    for path in (source / "sim" / "cli").glob("*.cpp"):
        text = path.read_text()
        several = " ".join(FIRST.findall(text))
        for name in READ.findall(text) + re.findall(r'"(\w+)"', several):
            if name not in sections["ENVIRONMENT"]:
                yield f"the environment variable {name}, read in {path.name}, is not mentioned"


def complaints(page):
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch, "lapse.1")
        path.write_text(page)
        for linter in LINTERS:
            if shutil.which(linter[0]):
                seen = subprocess.run([*linter, path], check=False, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                      env=ENVIRONMENT)
                if seen.returncode != 0 or seen.stderr.strip():
                    yield f"{' '.join(linter)} says:\n{seen.stderr}"


def main(source, binary):
    page = run(binary, "manual")
    faults = [*missing(page, pathlib.Path(source), binary), *complaints(page)]
    print("\n".join(faults) or "no faults")
    if faults:
        return 1
    if not any(shutil.which(linter[0]) for linter in LINTERS):
        print("but nothing here reads man pages")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
