#!/usr/bin/env python3
"""The shell lines of README's section on serving, each run as it stands there.

    readme_test.py ROOT LAPSE
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from served import served


def main(root, binary):
    if shutil.which("curl") is None:
        print("skipped: no curl")
        return 77
    text = (pathlib.Path(root) / "README.md").read_text()
    section = text[text.index("### Serve"):]
    lines = re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1]
    with tempfile.TemporaryDirectory() as folder, \
            served(binary, "--root-token", "root", "--clock", "frozen") as s:
        os.symlink(binary, os.path.join(folder, "lapse"))
        env = dict(os.environ, PATH=folder + os.pathsep + os.environ["PATH"])
        script = lines.replace("http://127.0.0.1:8200", s.address)
        done = subprocess.run(["sh", "-eux"], input=script, cwd=folder, env=env, text=True,
                              capture_output=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count('"held": true') == 2, done.stdout
        assert "PASS" in done.stdout, done.stdout
    print("ok every line of README's section")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve())))
