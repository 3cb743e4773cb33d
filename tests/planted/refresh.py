#!/usr/bin/env python3
"""Writes the patches of the planted bugs anew after the sources that they touch have changed.

  refresh.py                        the sources of the working tree differ from the last commit
  refresh.py --from REVISION        they have changed since REVISION, where all patches applied
  refresh.py --replace 'OLD' 'NEW'  what a rename did to every source (a regular expression and its
                                    replacement; may be repeated): done to the patches as well, so
                                    that lines that a bug changes do not get into each other's way
  refresh.py --format               .clang-format has changed too: both sides are formatted alike
  refresh.py --add NAME             the difference of the working tree from the last commit is a new
                                    bug, guarded by planted("NAME"); take it back from the sources
                                    afterwards (git restore actors)

Each bug is merged into the new sources as git merges branches. A file that has moved is found as
git finds it. A bug that cannot be merged is named, with the place of its conflict: write its patch
by hand and call this again. Nothing is written then.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
CONTEXT = 2


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, **options)


def patches():
    """In the order in which overlay.cmake applies them."""
    return sorted(FOLDER.glob("*.patch")) + sorted(FOLDER.glob("drift/*.patch"))


def touched(text):
    return re.findall(r"^\+\+\+ b/([^\t\n]*)", text, re.MULTILINE)


def at_revision(revision, path):
    shown = run("git", "show", f"{revision}:{path}")
    if shown.returncode != 0:
        sys.exit(f"{revision} has no {path}: name with --from a revision where all patches applied")
    return shown.stdout


def moved_since(revision):
    """Old path: new path, of the files that git finds to have moved."""
    listed = run("git", "diff", "--find-renames=40%", "--name-status", revision, check=True)
    rows = [line.split("\t") for line in listed.stdout.splitlines()]
    return {row[1]: row[2] for row in rows if row[0].startswith("R")}


def patched(files, patch):
    """`files` (path: text) after `patch`."""
    text = patch.read_text()
    with tempfile.TemporaryDirectory() as folder:
        for path in touched(text):
            copy = pathlib.Path(folder, path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(files[path])
        applied = run("patch", "--strip=1", "--fuzz=0", "--batch", "--forward", "--reject-file=-",
                      "--no-backup-if-mismatch", "--directory", folder, "--input", str(patch))
        if applied.returncode != 0:
            sys.exit(f"{patch.name} does not apply to the old sources:\n{applied.stdout}")
        changed = {path: pathlib.Path(folder, path).read_text() for path in touched(text)}
    return {**files, **changed}


def merged(base, ours, theirs, name):
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for side, text in (("new", ours), ("old", base), (name, theirs)):
            sides.append(pathlib.Path(folder, side))
            sides[-1].write_text(text)
        result = run("git", "merge-file", "-p", "--diff3", "-L", "new sources", "-L", "old sources",
                     "-L", name, *map(str, sides))
    return result.stdout, result.returncode == 0


def difference(path, old, new):
    if old == new:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        for side, text in (("a", old), ("b", new)):
            pathlib.Path(folder, side).write_text(text)
        shown = run("diff", f"--unified={CONTEXT}", "--label", f"a/{path}", "--label", f"b/{path}",
                    f"{folder}/a", f"{folder}/b")
    return shown.stdout


def formatted(path, text):
    return run("clang-format", f"--assume-filename={ROOT / path}", input=text, check=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="revision", default="HEAD")
    parser.add_argument("--replace", nargs=2, action="append", default=[], metavar=("OLD", "NEW"))
    parser.add_argument("--format", action="store_true")
    parser.add_argument("--add", metavar="NAME")
    options = parser.parse_args()

    moved = moved_since(options.revision)
    paths = sorted({path for patch in patches() for path in touched(patch.read_text())})
    new_bug = {}
    if options.add:
        # The working tree holds the bug; all else is as committed.
        changed = run("git", "diff", "--name-only", options.revision, "--", "actors", check=True)
        new_bug = {path: (ROOT / path).read_text() for path in changed.stdout.split()}
        paths = sorted({*paths, *new_bug})
        moved = {}

    def renamed(path, text):
        for old, new in options.replace:
            text = re.sub(old, new, text, flags=re.MULTILINE)
        return formatted(path, text) if options.format else text

    # The chain of old sources: as they were, then with one bug more at each step.
    old = {path: at_revision(options.revision, path) for path in paths}
    clean = dict(old)
    steps = [(patch, patch.stem) for patch in patches()]
    if options.add:
        where = FOLDER / f"{options.add}.patch"
        steps = sorted(steps + [(where, options.add)],
                       key=lambda step: (step[0].parent != FOLDER, step[0].name))
    new = dict(old) if options.add else {
        path: (ROOT / moved.get(path, path)).read_text() for path in paths}
    results = []
    failed = []
    for patch, name in steps:
        if name == options.add:
            before, after = clean, {**clean, **new_bug}
        else:
            before, after = old, patched(old, patch)
        text = ""
        clashed = False
        for path in paths:
            if before[path] == after[path]:
                continue
            target = moved.get(path, path)
            result, good = merged(renamed(target, before[path]), new[path],
                                  renamed(target, after[path]), name)
            if not good:
                places = re.findall(r"^<{7} .*?^>{7} .*?$", result, re.MULTILINE | re.DOTALL)
                failed.append("\n".join([f"{name}: conflict in {target}:", *places]))
                clashed = True
                continue
            text += difference(target, new[path], result)
            new[path] = result
        if name != options.add:
            old = after
        if not clashed and f'planted("{name}")' not in text:
            failed.append(f'{name}: no source asks planted("{name}")')
        results.append((patch, text))
    if failed:
        sys.exit("\n".join(failed))
    for patch, text in results:
        patch.write_text(text)
    print(f"{len(results)} patches written")


if __name__ == "__main__":
    main()
