#!/usr/bin/env python3
"""What a run takes of memory grows with what lives, not with what has happened.

  memory_test.py BINARY
"""

import os
import pathlib
import subprocess
import sys
import tempfile

SLACK_KB = 4_000

# Many events, and no more lives at the end than at the beginning.
SCENARIOS = {
    "renewals of one token": """lapse: 1
steps:
  - {{ create: app, period: 1h }}
  - {{ keep: app, every: 1m, until: {n}m }}
""",
    "renewals of one lease": """lapse: 1
secrets: {{ aws/: {{ type: aws, roles: {{ r: {{ default_ttl: 768h, max_ttl: 87600h }} }} }} }}
steps:
  - {{ read: aws/creds/r, save: k }}
  - {{ repeat: {{ times: {n}, every: 1s, steps: [{{ renew_lease: k }}] }} }}
""",
    "requests that are refused": """lapse: 1
steps:
  - {{ create: app, ttl: 768h }}
  - {{ repeat: {{ times: {n}, every: 1s, steps: [{{ read: sys/mounts, as: app }}] }} }}
""",
}


def peak_kb(binary, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "run.yaml")
        path.write_text(text)
        child = subprocess.Popen([binary, "run", path], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"exit status {child.returncode}")
        return usage.ru_maxrss


def main():
    binary = sys.argv[1]
    failed = False
    for name, text in SCENARIOS.items():
        few, many = (peak_kb(binary, text.format(n=n)) for n in (2_000, 40_000))
        grew = many - few
        print(f"{name}: {few} KB after 2,000, {many} KB after 40,000")
        if grew > SLACK_KB:
            print(f"  {grew} KB more for 38,000 more, at most {SLACK_KB}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
