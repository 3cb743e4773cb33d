#!/usr/bin/env python3
"""The export's promise for a session of a real client: months of an AppRole login with hvac, in
each clock mode, exported, run again, and compared event for event, byte for byte.

    hvac_session_test.py LAPSE    with hvac to be imported
"""

import pathlib
import sys

import hvac
import requests

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli/serve"))

from replay import check_promise  # noqa: E402
from served import run_tests, served  # noqa: E402

POLICY = 'path "secret/*" { capabilities = ["create", "update", "read"] }'


class OwnTime(requests.adapters.HTTPAdapter):
    """Sends the client's own clock along, which begins in the year 2000."""

    now = 946684800.0

    def send(self, request, **more):
        self.now += 90.5
        request.headers["X-Lapse-Now"] = str(self.now)
        return super().send(request, **more)


def log_in(root, session):
    root.sys.enable_auth_method("approle")
    root.sys.create_or_update_policy("app", POLICY)
    root.auth.approle.create_or_update_approle("web", token_policies=["app"], token_ttl="20d",
                                               token_max_ttl="70d")
    role_id = root.auth.approle.read_role_id("web")["data"]["role_id"]
    secret_id = root.auth.approle.generate_secret_id("web")["data"]["secret_id"]
    client = hvac.Client(root.url, session=session)
    client.auth.approle.login(role_id, secret_id)
    return client


def test_a_session_of_hvac_is_a_scenario_in_every_clock_mode(binary):
    for mode in ("real", "frozen", "follow", "scaled=2000", "skip"):
        with served(binary, "--clock", mode, "--root-token", "root") as s:
            session, clock = requests.Session(), OwnTime()
            if mode == "follow":
                session.mount("http://", clock)
            client = log_in(hvac.Client(s.address, token="root", session=session), session)
            client.secrets.kv.v2.create_or_update_secret("x", secret={"k": 'v "é"'})
            read = 0
            try:
                for _ in range(9):
                    if mode == "follow":
                        clock.now += 15 * 86400
                    elif mode == "skip":
                        s.control("POST", "clock/sleep", {"for": "15d", "who": "worker"})
                    else:
                        s.advance(by="15d")
                    client.auth.token.renew_self()
                    client.secrets.kv.v2.read_secret_version("x", raise_on_deleted_version=True)
                    read += 1
            except hvac.exceptions.Forbidden:
                pass
            # 768h is the mount's maximum: 15d and 30d are before it.
            assert read == 2, (mode, read)
            s.control("POST", "clock", {"mode": "frozen"})
            check_promise(binary, s)


if __name__ == "__main__":
    run_tests(globals(), sys.argv[1])
