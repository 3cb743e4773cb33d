#!/usr/bin/env python3
"""record.py against a stub that speaks HTTP as a server would.

Usage: record_test.py BINARY
"""

import datetime
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOKEN_A = "s.AAAAAAAAAAAAAAAAAAAAAAAA"
ACCESSOR_A = "BBBBBBBBBBBBBBBBBBBBBBBB"
TOKEN_NEW = "s.CCCCCCCCCCCCCCCCCCCCCCCC"
LEASE = "db/creds/app/DDDDDDDDDDDDDDDDDDDDDDDD"


def envelope(**changes):
    reply = {"request_id": "1e3f1e3f-0000-1111-2222-333344445555", "lease_id": "",
             "renewable": False,
             "lease_duration": 0, "data": None, "wrap_info": None, "warnings": None, "auth": None}
    reply.update(changes)
    return reply


class Stub(http.server.BaseHTTPRequestHandler):
    seen = []

    def log_message(self, *_):
        pass

    def serve(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        path = self.path[len("/v1/"):]
        if path == "sys/health":
            return self.answer(200, {"server_time_utc": int(time.time())})
        Stub.seen.append((self.command, path, self.headers.get("X-Vault-Token"), body,
                          self.headers.get("X-Vault-Wrap-TTL")))
        now = time.time()
        utc = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
        rfc = utc.isoformat().replace("+00:00", "Z")
        if path == "auth/token/create":
            self.answer(200, envelope(auth={"client_token": TOKEN_A, "accessor": ACCESSOR_A,
                                            "num_uses": 0}))
        elif path == "auth/token/lookup":
            # Longer than the plan has until its `sim` line, as on a busy machine.
            time.sleep(0.3)
            self.answer(200,
                        envelope(data={"id": TOKEN_A, "accessor": ACCESSOR_A, "issue_time": rfc,
                                            "creation_time": int(now), "expire_time": None,
                                            "ttl": 3,
                                            "entity_id": "1e3f1e3f-0000-1111-2222-333344445555"}))
        elif path == "auth/token/accessors":
            self.answer(200, envelope(data={"keys": [ACCESSOR_A, "other"]}))
        elif path == "db/creds/app":
            self.answer(200, envelope(lease_id=LEASE, data={"username": "u1", "password": "p1"}))
        elif path.startswith("sys/leases/lookup"):
            self.answer(400, {"errors": ["no lease %s for %s" % (LEASE, TOKEN_NEW), TOKEN_NEW]})
        else:
            self.answer(204, None)

    def answer(self, status, reply):
        text = b"" if reply is None else json.dumps(reply).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_LIST = do_DELETE = serve


PLAN = [
    {"name": "mine", "about": "a test", "server": "stub", "config": {"max_lease_ttl": "20s"}},
    {"at": 0.0, "as": "$root", "method": "POST", "path": "auth/token/create", "body": {"ttl": "3s"},
     "save": "a"},
    {"at": 0.1, "as": "$a", "method": "POST", "path": "auth/token/lookup", "body": {"token": "$a"}},
    {"at": 0.15, "as": "$root", "method": "LIST", "path": "auth/token/accessors"},
    {"at": 0.2, "as": "$a", "method": "GET", "path": "db/creds/app", "save": "k",
     "headers": {"X-Vault-Wrap-TTL": "5s"}},
    {"at": 0.2, "sim": {"backend_down": "db/"}},
    {"at": 0.25, "as": None, "method": "LIST", "path": "sys/leases/lookup/{$k.lease}"},
    {"at": 0.3, "as": "$nobody", "method": "PUT", "path": "sys/seal", "body": {"x": "{$nobody}y"}},
]


def run(plan_text, *options):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as plan:
        plan.write(plan_text)
    try:
        return subprocess.run([sys.executable, os.path.join(HERE, "record.py"), *options,
                               plan.name],
                              capture_output=True, text=True, timeout=60, check=False)
    finally:
        os.unlink(plan.name)


class RecordTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
        cls.server = server
        cls.thread = threading.Thread(target=server.serve_forever, daemon=True)
        cls.thread.start()
        address = "http://127.0.0.1:%d" % server.server_address[1]
        started = time.monotonic()
        done = run("\n".join(json.dumps(entry) for entry in PLAN), "--address", address, "--token",
                   "rootid")
        cls.seconds = time.monotonic() - started
        assert done.returncode == 0, done.stderr
        cls.text = done.stdout
        cls.lines = [json.loads(line) for line in done.stdout.splitlines()]

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def test_header_is_that_of_a_transcript(self):
        self.assertEqual(self.lines[0],
                         {"transcript": 2, "name": "mine", "about": "a test", "server": "stub",
                                         "config": {"max_lease_ttl": "20s"}})

    def test_requests_go_out_in_time_with_symbols_filled_in(self):
        self.assertEqual(Stub.seen, [
            ("POST", "auth/token/create", "rootid", {"ttl": "3s"}, None),
            ("POST", "auth/token/lookup", TOKEN_A, {"token": TOKEN_A}, None),
            ("LIST", "auth/token/accessors", "rootid", None, None),
            ("GET", "db/creds/app", TOKEN_A, None, "5s"),
            ("LIST", "sys/leases/lookup/" + LEASE, None, None, None),
            ("PUT", "sys/seal", "$nobody", {"x": "$nobodyy"}, None)])
        for line, entry in zip(self.lines[1:], PLAN[1:]):
            self.assertGreaterEqual(line["at"], entry["at"])
            self.assertLess(line["at"], self.seconds)

    def test_saved_values_become_symbols(self):
        self.assertEqual(self.lines[1]["reply"]["auth"],
                         {"client_token": "$a", "accessor": "$a.accessor", "num_uses": 0})
        self.assertEqual(self.lines[1]["save"], "a")
        self.assertNotIn("request_id", self.lines[1]["reply"])
        self.assertEqual(self.lines[3]["reply"]["data"]["keys"], ["$a.accessor", "other"])
        self.assertEqual(self.lines[4]["reply"]["lease_id"], "$k.lease")

    def test_instants_and_volatile_values_are_masked(self):
        data = self.lines[2]["reply"]["data"]
        for key in ("issue_time", "creation_time"):
            self.assertEqual(list(data[key]), ["$t"])
            self.assertGreaterEqual(data[key]["$t"], 0)
            self.assertLess(data[key]["$t"], self.seconds)
        self.assertEqual(data["creation_time"]["$t"], int(data["creation_time"]["$t"]))
        self.assertLessEqual(data["issue_time"]["$t"] - data["creation_time"]["$t"], 1)
        self.assertIsNone(data["expire_time"])
        self.assertEqual(data["ttl"], 3)
        self.assertEqual(data["entity_id"], "$any")
        self.assertEqual(self.lines[4]["reply"]["data"], {"username": "$any", "password": "$any"})

    def test_symbols_inside_texts_and_first_occurrences(self):
        # The texts are masked in order: the new token has no name inside the first.
        self.assertEqual(self.lines[6]["reply"],
                         {"errors": ["no lease {$k.lease} for " + TOKEN_NEW, "$token1"]})

    def test_sim_lines_keep_their_place_among_requests_that_went_out_late(self):
        self.assertEqual(self.lines[5]["sim"], {"backend_down": "db/"})
        times = [line["at"] for line in self.lines[1:]]
        self.assertEqual(times, sorted(times))
        self.assertGreater(self.lines[5]["at"], 0.2)

    def test_empty_bodies_are_left_out(self):
        self.assertEqual(self.lines[7]["status"], 204)
        self.assertNotIn("reply", self.lines[7])

    def test_lapse_reads_what_was_recorded(self):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as recorded:
            recorded.write(self.text)
        try:
            done = subprocess.run([LAPSE, "conform", recorded.name], capture_output=True, text=True,
                                  timeout=60, check=False)
        finally:
            os.unlink(recorded.name)
        # The stub is no server: answers differ, but the file is a transcript.
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("6 answers compared", done.stdout)

    def test_bad_plans_are_refused_with_the_line(self):
        for plan, reason in (("{", "line 1: not JSON"), ("[]", "line 1: not a JSON object"),
                             ('{"at": 1, "method": "GET", "path": "a"}\n{"at": 0, "sim": {}}',
                              "line 2: `at` is earlier"),
                             ('{"at": 0}', "needs `method` and `path`")):
            done = run(plan, "--address", "http://127.0.0.1:9")
            self.assertEqual(done.returncode, 2)
            self.assertIn(reason, done.stderr)


if __name__ == "__main__":
    LAPSE = sys.argv.pop(1)
    unittest.main()
