#!/usr/bin/env python3
"""The real consul-template renews a database secret, and renders another one at its maximum.

    consul_template_test.py LAPSE CONSUL_TEMPLATE
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

WORLD = """lapse: 1
secrets: { database/: { type: database, roles: { app: { default_ttl: 2s, max_ttl: 5s } } } }
"""
TEMPLATE = '{{ with secret "database/creds/app" }}{{ .Data.username }}{{ end }}'
# Of the wall clock; three users take ten.
PATIENCE_S = 60
USERS = 3


def main():
    lapse, consul_template = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "world.yaml").write_text(WORLD)
        (folder / "user.ctmpl").write_text(TEMPLATE)
        server = subprocess.Popen(
            [lapse, "serve", str(folder / "world.yaml"), "--root-token", "root", "--listen",
             "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        address = server.stdout.readline().split()[-1]
        client = subprocess.Popen(
            [consul_template, "-vault-addr", address, "-vault-token", "root",
             "-vault-renew-token=false", "-template", f"{folder}/user.ctmpl:{folder}/user"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        users, end = [], time.monotonic() + PATIENCE_S
        try:
            while len(users) < USERS and time.monotonic() < end:
                time.sleep(0.1)
                if (folder / "user").exists():
                    user = (folder / "user").read_text()
                    users += [user] if user not in users else []
            with urllib.request.urlopen(f"{address}/lapse/requests", timeout=30) as reply:
                asked = collections.Counter(
                    f"{one['method']} {one['path']}" for one in json.load(reply)["requests"])
        finally:
            client.kill()
            server.terminate()
            client.wait()
            server.wait()
    assert len(users) == USERS, users
    assert asked["GET database/creds/app"] >= USERS, asked
    # A secret of five seconds is renewed every second or two until then.
    assert asked["PUT sys/leases/renew"] >= 2 * (USERS - 1), asked
    print(f"{USERS} users rendered, {asked['PUT sys/leases/renew']} renewals")


if __name__ == "__main__":
    main()
