#!/usr/bin/env python3
"""Makes a source of tests out of the examples that stand in headers and in README.md.

Usage: header_examples.py SOURCE_DIR OUT FILE...

An example is a block of `///     code` lines after a line `/// Example:`. Its includes are what a
reader has to add to the header's own. The example of README.md is its block of `cpp`. `assert`
becomes a check of the test.
"""

import pathlib
import re
import sys


def example_of(name, text):
    if name.endswith(".md"):
        block = re.search(r"^```cpp\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        return block[1].rstrip() if block else None
    block = re.search(r"^/// Example:\n///\n((?:///(?:     .*)?\n)+)", text, re.MULTILINE)
    return re.sub(r"^/// {0,5}", "", block[1], flags=re.MULTILINE).rstrip() if block else None


def main():
    root, out, *names = sys.argv[1:]
    includes, tests = [], []
    for name in names:
        code = example_of(name, pathlib.Path(root, name).read_text())
        if code is None:
            sys.exit(f"{name} has no example: a line `/// Example:`, `///`, then `///     code`")
        lines = code.splitlines()
        if name.endswith(".hpp"):
            includes.append(f'#include "{name}"')
        includes += [x for x in lines if x.startswith("#include")]
        body = "\n".join(x for x in lines if not x.startswith("#include"))
        tests.append(f'TEST_CASE("the example of {name} does what it says") {{\n{body}\n}}\n')
    pathlib.Path(out).write_text("\n".join(
        dict.fromkeys(includes)) + '\n#include "tests/support/catch.hpp"\n\n#undef assert\n'
        "#define assert(...) REQUIRE((__VA_ARGS__))\n\nusing namespace lapse;\n"
        "using namespace std::chrono_literals;\n\n" + "\n".join(tests))


if __name__ == "__main__":
    main()
