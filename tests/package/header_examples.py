#!/usr/bin/env python3
"""Makes a source of tests out of the examples that stand in headers.

Usage: header_examples.py SOURCE_DIR OUT HEADER...

An example is a block of `///     code` lines after a line `/// Example:`. Its includes are what a
reader has to add to the header's own. `assert` in it becomes a check of the test.
"""

import pathlib
import re
import sys


def example_of(text):
    block = re.search(r"^/// Example:\n///\n((?:///(?:     .*)?\n)+)", text, re.MULTILINE)
    return re.sub(r"^/// {0,5}", "", block[1], flags=re.MULTILINE).rstrip() if block else None


def main():
    root, out, *headers = sys.argv[1:]
    includes, tests = [], []
    for header in headers:
        code = example_of(pathlib.Path(root, header).read_text())
        if code is None:
            sys.exit(f"{header} has no example: a line `/// Example:`, `///`, then `///     code`")
        lines = code.splitlines()
        includes += [f'#include "{header}"'] + [x for x in lines if x.startswith("#include")]
        body = "\n".join(x for x in lines if not x.startswith("#include"))
        tests.append(f'TEST_CASE("the example of {header} does what it says") {{\n{body}\n}}\n')
    pathlib.Path(out).write_text("\n".join(
        dict.fromkeys(includes)) + '\n#include "tests/support/catch.hpp"\n\n#undef assert\n'
        "#define assert(...) REQUIRE((__VA_ARGS__))\n\nusing namespace lapse;\n"
        "using namespace std::chrono_literals;\n\n" + "\n".join(tests))


if __name__ == "__main__":
    main()
