#!/usr/bin/env python3
"""What a whole check came to, from the JUnit files that ctest wrote.

    summary.py [--stopped STEP] FILE...   one line for each test that failed or was skipped, then
                                          `N passed, N failed, N skipped`
    summary.py --skipped FILE...          the skipped tests as a regular expression for ctest -R
    summary.py --self-test

A test counts once for each build folder. Files are given in the order they were written: what a
later run of the same folder says about a test replaces what an earlier one said. STEP is the step
that ended the check early, which counts as failed.
"""

import argparse
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree


def results(paths):
    """{(build folder, test): (passed, failed or skipped, why)}; a file not there has no tests."""
    found = {}
    for path in map(pathlib.Path, paths):
        if not path.exists():
            continue
        for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
            why = ""
            if case.find("failure") is not None:
                state = "failed"
            elif case.find("skipped") is not None:
                state = "skipped"
                said = re.search(r"^skipped[^\n]*?: *([^\n]*)", case.findtext("system-out") or "",
                                 re.MULTILINE)
                why = said[1] if said else ""
            else:
                state = "passed"
            found[path.parent.name, case.get("name")] = (state, why)
    return found


def lines(found, stopped):
    for state in ("skipped", "failed"):
        for (build, test), (seen, why) in sorted(found.items()):
            if seen == state:
                yield f"{state}: {test} ({build})" + (f": {why}" if why else "")
    states = [state for state, _ in found.values()]
    failed = states.count("failed")
    if stopped:
        yield f"failed: the step '{stopped}'"
        failed += 1
    yield f"{states.count('passed')} passed, {failed} failed, {states.count('skipped')} skipped"


def self_test():
    passed = '<testcase name="a" status="run"><system-out>fine</system-out></testcase>'
    skipped = ('<testcase name="b/c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
               '<system-out>1 check\nskipped in part: without jq</system-out></testcase>')
    failed = '<testcase name="d" status="fail"><failure message=""/></testcase>'
    with tempfile.TemporaryDirectory() as scratch:
        def written(build, *cases):
            number = len(list(pathlib.Path(scratch).rglob("*")))
            path = pathlib.Path(scratch, build, f"{number}.xml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"<testsuite>{''.join(cases)}</testsuite>")
            return str(path)

        first, other = written("x", passed, skipped), written("y", passed, failed)
        again = written("x", passed.replace('"a"', '"b/c"'))
        assert list(lines(results([first, other, "none.xml"]), None)) == [
            "skipped: b/c (x): without jq", "failed: d (y)", "2 passed, 1 failed, 1 skipped"]
        assert list(lines(results([first, again]), "building")) == [
            "failed: the step 'building'", "2 passed, 1 failed, 0 skipped"]
        assert expression(results([first])) == "^(b/c)$"
        assert expression(results([first, again])) == ""
    print("as expected")
    return 0


def expression(found):
    names = sorted({re.escape(test) for (_, test), (state, _) in found.items()
                    if state == "skipped"})
    return f"^({'|'.join(names)})$" if names else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--stopped", metavar="STEP")
    parser.add_argument("--skipped", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    found = results(options.files)
    if options.skipped:
        print(expression(found))
    else:
        print("\n".join(lines(found, options.stopped)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
