#!/usr/bin/env python3
"""What `lapse completion bash` prints completes command lines in a real bash.

Usage: completion_test.py BINARY"""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

import help_page

# Files in the folder where it is tried, which completion may offer.
FILES = ("app.yaml", "with space.yaml", "notes.txt", "mine.jsonl", "part.json", "stories/a.yaml")


def run(*command, **options):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, **options).stdout


class shell:
    """A bash with the completion loaded, in a folder with a few files."""

    def __init__(self, binary, folder):
        self.folder = folder
        self.rules = folder / ".rules"
        self.rules.write_text(run(binary, "completion", "bash"))
        for name in FILES:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("")

    def complete(self, *words):
        """Answers for a line whose last word is being typed, as the shell breaks it into words."""
        line = " ".join(shlex.quote(word) for word in words)
        script = (f"source {self.rules}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; "
                  "[[ $(complete -p lapse) == 'complete -F _lapse lapse' ]] || exit 9; "
                  "_lapse; printf '%s\\n' \"${COMPREPLY[@]}\"")
        seen = subprocess.run(["bash", "--norc", "-u", "-c", script], check=False, cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"})
        if seen.returncode != 0 or seen.stderr:
            return [f"bash: {seen.returncode} {seen.stderr}"]
        return sorted(line for line in seen.stdout.splitlines() if line)


def cases(binary):
    """Words typed, and what must be offered."""
    commands = help_page.listed_commands(run(binary, "--help"))
    formats = help_page.first_words(run(binary, "run", "--help"), "report formats")
    yield [""], [*commands, "--help", "--version"]
    yield ["ch"], ["check"]
    yield ["--v"], ["--version"]
    for command in commands:
        yield [command, "-"], help_page.options(run(binary, command, "--help"))
    yield ["run", "app.yaml", "--unt"], ["--until"]
    # values that can be listed, with and without `=`
    yield ["run", "--report", ""], formats
    yield ["run", "--report", "ht"], ["html"]
    yield ["run", "--report", "=", "ht"], ["html"]
    yield ["run", "--report", "="], formats
    yield ["run", "--report=ht"], ["--report=html"]
    yield ["check", "--strategy", ""], ["auto", "random", "pct", "pos", "delay", "mix",
                                        "exhaustive"]
    yield ["check", "app.yaml", "--strategy", "p"], ["pct", "pos"]
    # paths after a format, however the shell breaks words
    every = ["app.yaml", "with space.yaml", "notes.txt", "mine.jsonl", "part.json", "stories",
             ".rules"]
    yield ["run", "--report", "json", "=", ""], every
    yield ["run", "--report", "json", "="], every
    yield ["run", "--report", "=", "json", "=", "no"], ["notes.txt"]
    yield ["run", "--report", "json=no"], ["json=notes.txt"]
    yield ["run", "--report=json=no"], ["--report=json=notes.txt"]
    # paths, folders, and what cannot be known
    yield ["check", "--junit", "no"], ["notes.txt"]
    yield ["check", "--failures", ""], ["stories"]
    yield ["run", "--seed", ""], []
    yield ["run", "--set", "="], []
    # arguments: the files that a command reads, and folders
    yield ["run", ""], ["app.yaml", "with space.yaml", "stories"]
    yield ["run", "--all", "app.yaml", "st"], ["stories"]
    yield ["run", "stories/"], ["stories/a.yaml"]
    yield ["run", "--report", "json", "=", "x", "a"], ["app.yaml"]
    yield ["conform", ""], ["mine.jsonl", "stories"]
    yield ["check", "--merge", "p"], ["part.json"]
    yield ["rules", ""], []
    yield ["nonsense", ""], []


def main(binary):
    if not shutil.which("bash"):
        print("no bash here")
        return 77
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        bash = shell(binary, pathlib.Path(scratch))
        for words, expected in cases(binary):
            offered = bash.complete("lapse", *words)
            if offered != sorted(expected):
                faults.append(f"lapse {' '.join(words)}|: expected {sorted(expected)}, "
                              f"offered {offered}")
    print("\n".join(faults) or "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
