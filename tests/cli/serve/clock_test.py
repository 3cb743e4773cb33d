#!/usr/bin/env python3
"""The clock of a served world: modes, advances, deadlines, sleep, clients that bring their time.

    clock_test.py LAPSE
"""

import contextlib
import datetime
import email.utils
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from served import Served, run_tests, served

START = "2026-01-01T00:00:00Z"


def make(s, ttl="1h", **more):
    reply = s.ask("POST", "/v1/auth/token/create", {"ttl": ttl, **more})
    assert reply.status == 200, reply
    return reply.json["auth"]["client_token"]


def alive(s, token, **more):
    return s.ask("GET", "/v1/auth/token/lookup-self", token=token, **more).status == 200


def test_a_frozen_clock_moves_by_advances_alone(binary):
    with served(binary, "--clock", "frozen") as s:
        clock = s.control("GET", "clock").json
        assert clock["now"] == START and clock["mode"] == "frozen" and clock["next"] is None, clock
        token = make(s)
        clock = s.control("GET", "clock").json
        assert clock["requests"] == 1 and clock["in_flight"] == 0, clock
        assert clock["next"]["what"] == "token" and clock["next"]["in"] == "1h", clock
        moved = s.advance(by="40m").json
        assert moved["now"] == "2026-01-01T00:40:00Z" and moved["moved"] == "40m", moved
        assert moved["events"] == [] and alive(s, token)
        # The deadlines of the time itself stay undone, as a step at that time finds them.
        assert s.advance(to="2026-01-01T01:00:00Z").json["events"] == [] and alive(s, token)
        ended = s.advance(by="1ns").json
        assert [e["event"] for e in ended["events"]][0] == "token_ended", ended
        assert any("expired" in line for line in ended["lines"]), ended
        assert not alive(s, token)


def test_a_reset_keeps_to_the_wall_clock(binary):
    with served(binary, "--clock", "real") as s:
        def behind():
            now = datetime.datetime.fromisoformat(s.control("GET", "clock").json["now"][:19])
            return (datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
                    - now).total_seconds()

        time.sleep(2.5)
        assert s.control("POST", "reset").status == 200
        assert behind() < 2.4, behind()


def test_next_is_what_the_clock_says(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write("lapse: 1\nsteps:\n  - { create: app, at: 10m }\n")
        file.flush()
        with served(binary, file.name, "--clock", "frozen") as s:
            assert s.control("GET", "clock").json["next"]["what"] == "step"
            assert s.advance(to="next").json["elapsed"].startswith("10m")


def test_what_an_advance_and_a_sleep_cannot_do_is_said(binary):
    with served(binary, "--clock", "frozen", "--until", "1h") as s:
        for how in ({"by": "1m", "at_most": "1h"},
                    {"to": "2026-01-01T00:10:00Z", "at_most": "1h"}):
            assert s.advance(**how).status == 400, how
        assert s.control("GET", "clock").json["elapsed_ns"] == 0
        asleep = s.control("POST", "clock/sleep", {"for": "2h"})
        assert asleep.status == 409 and "stops before" in asleep.text, asleep


def test_next_stops_a_nanosecond_after_the_deadline(binary):
    with served(binary, "--clock", "frozen") as s:
        assert s.advance(to="next").status == 409
        make(s, "1h")
        make(s, "2h")
        assert s.advance(to="next").json["now"] == "2026-01-01T01:00:00.000000001Z"
        assert s.advance(to="next").json["elapsed_ns"] == 7200 * 10**9 + 1
        assert s.advance(to="next").status == 409


def test_until_a_token_has_expired(binary):
    with served(binary, "--clock", "frozen") as s:
        token = make(s, "1h")
        assert s.control("POST", "handles", {"app": token}).status == 200
        late = s.advance(to={"expired": "app"}, at_most="30m")
        assert late.status == 409 and "00:30:00" in late.text, late
        expired = s.advance(to={"expired": "app"}, at_most="30d").json
        assert expired["elapsed_ns"] == 3600 * 10**9 + 1, expired
        endless = s.advance(to={"expired": "root"})
        assert endless.status == 409 and "`root` never expires" in endless.text, endless
        assert s.control("GET", "clock").json["elapsed_ns"] == 3600 * 10**9 + 1
        assert s.advance(to={"expired": "nobody"}).status == 400


def test_an_advance_goes_through_every_deadline_in_order(binary):
    with served(binary, "--clock", "frozen") as s:
        for hours in (3, 1, 2):
            make(s, f"{hours}h")
        events = s.advance(by="32d").json["events"]
        ends = [e["at_ns"] // 10**9 // 3600 for e in events if e["event"] == "token_ended"]
        assert ends == [1, 2, 3], ends


def test_mistaken_advances_are_refused(binary):
    with served(binary, "--clock", "frozen") as s:
        s.advance(by="1h")
        for wrong in ({}, {"by": "-1h"}, {"by": "soon"}, {"by": "1h", "to": "next"}, {"to": 5},
                      {"to": "2026-01-01T00:30:00Z"}, {"to": {"gone": "app"}},
                      {"by": "1h", "at_least": "1h"}, {"to": {"expired": "app", "by": "1h"}},
                      {"by": "1h", "to": {"expired": "app"}}):
            assert s.advance(**wrong).status == 400, wrong
        assert s.control("POST", "clock/advance", raw="[1]").status == 400
        assert s.control("GET", "clock/advance").status == 405
        assert s.control("GET", "nothing").status == 404
        assert s.control("GET", "clock").json["elapsed"] == "1h"


def test_answers_show_the_virtual_time(binary):
    with served(binary, "--clock", "frozen") as s:
        s.advance(by="36h")
        reply = s.ask("GET", "/v1/sys/health")
        assert reply.headers["X-Lapse-Now"] == "2026-01-02T12:00:00Z", reply.headers
        assert reply.headers["Date"] == "Fri, 02 Jan 2026 12:00:00 GMT", reply.headers


def test_deadlines_say_what_they_take_along(binary):
    with served(binary, "--clock", "frozen") as s:
        parent = make(s, "1h", policies=["root"])
        s.control("POST", "handles", {"parent": parent})
        child = s.ask("POST", "/v1/auth/token/create", {"ttl": "4h"}, token=parent)
        s.control("POST", "handles", {"child": child.json["auth"]["accessor"]})
        listed = s.control("GET", "deadlines?within=24h").json["deadlines"]
        assert [d["whom"] for d in listed] == ["parent", "child"], listed
        assert listed[0]["takes_along"] == ["child"] and listed[0]["in"] == "1h", listed
        assert len(s.control("GET", "deadlines?within=2h").json["deadlines"]) == 1


def test_the_real_clock_goes_by_itself_and_is_advanced(binary):
    with served(binary) as s:
        now = s.control("GET", "clock").json
        assert now["mode"] == "real" and now["rate"] == 1, now
        wall = datetime.datetime.now(datetime.timezone.utc)
        seen = email.utils.parsedate_to_datetime(s.ask("GET", "/v1/sys/health").headers["Date"])
        assert abs((wall - seen).total_seconds()) < 60, (wall, seen)
        token = make(s, "1h")
        s.advance(by="61m")
        assert not alive(s, token)
        short = make(s, "1s")
        deadline = time.monotonic() + 60
        while alive(s, short):
            assert time.monotonic() < deadline


def test_a_scaled_clock_is_faster(binary):
    with served(binary, "--clock", "scaled=100000") as s:
        token = make(s, "1h")
        deadline = time.monotonic() + 60
        while alive(s, token):
            assert time.monotonic() < deadline
        mode = s.control("POST", "clock", {"mode": "frozen"}).json
        assert mode["mode"] == "frozen" and mode["rate"] == 0, mode
        now = mode["now"]
        assert s.control("GET", "clock").json["now"] == now
        assert s.control("POST", "clock", {"mode": "scaled", "rate": 0}).status == 400
        assert s.control("POST", "clock", {"mode": "sundial"}).status == 400


def test_the_clock_follows_its_client(binary):
    with served(binary, "--clock", "follow") as s:
        # Go's synctest begins in the year 2000.
        base = 946684800

        def at(seconds):
            return {"X-Lapse-Now": str(base + seconds)}

        made = s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"}, headers=at(0))
        token = made.json["auth"]["client_token"]
        assert made.headers["X-Lapse-Now"] == "2000-01-01T00:00:00Z", made.headers
        assert alive(s, token, headers=at(3600))
        assert not alive(s, token, headers=at(3601))
        # Older, and without the header: served now.
        assert s.ask("GET", "/v1/sys/health", headers=at(5)).headers["X-Lapse-Now"].endswith(
            "01:00:01Z")
        assert s.ask("GET", "/v1/sys/health").headers["X-Lapse-Now"].endswith("01:00:01Z")
        for form in ("2000-01-01T02:00:00Z", "946692000.5", "946692001000ms",
                     "946692002000000000ns"):
            assert s.ask("GET", "/v1/sys/health", headers={"X-Lapse-Now": form}).status == 200
        assert s.control("GET", "clock").json["now"] == "2000-01-01T02:00:02Z"
        for wrong in ("soon", "-5", "1e9", "12s", "946692002..5"):
            refused = s.ask("GET", "/v1/sys/health", headers={"X-Lapse-Now": wrong})
            assert refused.status == 400, (wrong, refused)
        assert s.control("GET", "clock").json["now"] == "2000-01-01T02:00:02Z"


def test_a_client_of_a_used_world_begins_at_its_now(binary):
    with served(binary, "--clock", "follow", "--strict-clock") as s:
        token = make(s, "1h")
        first = {"X-Lapse-Now": "1000", "X-Lapse-Client": "a"}
        assert s.ask("GET", "/v1/sys/health", headers=first).headers["X-Lapse-Now"] == START
        other = {"X-Lapse-Now": "2030-05-05T05:05:05Z", "X-Lapse-Client": "b"}
        assert s.ask("GET", "/v1/sys/health", headers=other).headers["X-Lapse-Now"] == START
        later = {"X-Lapse-Now": "4601", "X-Lapse-Client": "a"}
        assert not alive(s, token, headers=later)
        # The one clock has moved for all: this one is late.
        assert s.ask("GET", "/v1/sys/health", headers=other).status == 409


def test_time_does_not_move_under_a_request(binary):
    with served(binary, "--clock", "frozen") as s:
        body = json.dumps({"ttl": "1h"}).encode()
        wire = socket.create_connection(("127.0.0.1", s.port), timeout=60)
        wire.sendall(b"POST /v1/auth/token/create HTTP/1.1\r\nHost: x\r\nX-Vault-Token: root\r\n"
                     b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:3])
        while s.control("GET", "clock").json["in_flight"] == 0:
            pass
        replies = []
        advance = threading.Thread(target=lambda: replies.append(s.advance(by="1h").json))
        advance.start()
        # The advance is there, and waits: the clock and it are in flight.
        while s.control("GET", "clock").json["in_flight"] < 2:
            pass
        assert s.control("GET", "clock").json["elapsed"] == "0s"
        wire.sendall(body[3:])
        answer = b""
        while part := wire.recv(1 << 16):
            answer += part
        advance.join()
        assert b"X-Lapse-Now: 2026-01-01T00:00:00Z" in answer, answer
        assert replies[0]["elapsed"] == "1h", replies


def test_a_late_body_does_not_hold_time_for_long(binary):
    with served(binary, "--clock", "frozen") as s:
        body = json.dumps({"ttl": "1h"}).encode()
        wire = socket.create_connection(("127.0.0.1", s.port), timeout=60)
        wire.sendall(b"POST /v1/auth/token/create HTTP/1.1\r\nHost: x\r\nX-Vault-Token: %s\r\n"
                     b"Connection: close\r\nContent-Length: %d\r\n\r\n"
                     % (s.token.encode(), len(body)) + body[:3])
        while s.control("GET", "clock").json["in_flight"] == 0:
            pass
        began = time.monotonic()
        assert s.advance(by="1h").json["elapsed"] == "1h"
        assert time.monotonic() - began < 15
        assert s.control("GET", "clock").json["in_flight"] == 0
        # It is taken all the same, and time moves after it.
        wire.sendall(body[3:])
        answer = b""
        while part := wire.recv(1 << 16):
            answer += part
        assert b" 200 " in answer and b"X-Lapse-Now: 2026-01-01T01:00:00Z" in answer, answer
        assert s.advance(by="1h").json["elapsed"] == "2h"


def test_advances_at_the_same_time_are_answered_one_after_another(binary):
    with served(binary, "--clock", "frozen") as s:
        refused = []

        def advance_often():
            for _ in range(100):
                if s.advance(by="1m").status != 200:
                    refused.append(1)

        threads = [threading.Thread(target=advance_often) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not refused
        assert s.ask("GET", "/lapse/clock").json["elapsed"] == "6h40m", s.ask("GET", "/lapse/clock")


def test_wait_tells_when_clients_have_asked(binary):
    with served(binary, "--clock", "frozen") as s:
        token = make(s, "1h")
        seen = s.control("GET", "wait?request=PUT+auth/token/create&timeout=5s")
        assert seen.status == 200 and seen.json["count"] == 1, seen
        # Only what came since the last wait counts.
        assert s.control("GET", "wait?request=PUT+auth/token/create&timeout=0s").status == 408
        replies = []
        waiting = threading.Thread(target=lambda: replies.append(s.control(
            "GET", "wait?request=POST+auth/token/renew-self&count=2&timeout=60s")))
        waiting.start()
        for _ in range(2):
            assert s.ask("POST", "/v1/auth/token/renew-self", {}, token=token).status == 200
        waiting.join()
        assert replies[0].status == 200 and replies[0].json["count"] == 2, replies
        assert s.control("GET", "wait?request=*&timeout=soon").status == 400
        assert s.control("GET", "wait").status == 400


def test_time_skips_when_all_sleep(binary):
    with served(binary, "--clock", "skip", "--sleepers", "2") as s:
        log = []

        def worker(name, naps):
            for nap in naps:
                reply = s.control("POST", "clock/sleep", {"for": nap, "who": name})
                assert reply.status == 200, reply
                log.append((reply.json["elapsed"], name))

        # Both end at the same time, so that neither waits for one that has gone.
        one = threading.Thread(target=worker, args=("one", ["40m", "20m"]))
        two = threading.Thread(target=worker, args=("two", ["30m", "30m"]))
        one.start()
        two.start()
        one.join()
        two.join()
        assert sorted(log) == [("1h", "one"), ("1h", "two"), ("30m", "two"), ("40m", "one")], log


def test_a_sleeper_who_drops_its_connection_is_gone(binary):
    with served(binary, "--clock", "skip", "--sleepers", "2") as s:
        wire = socket.create_connection(("127.0.0.1", s.port), timeout=60)
        body = b'{"for": "1m", "who": "dropped"}'
        wire.sendall(b"POST /lapse/clock/sleep HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                     % len(body) + body)
        wire.close()
        replies = []
        threads = [threading.Thread(target=lambda n=n: replies.append(
            s.control("POST", "clock/sleep", {"for": "1h", "who": str(n)}))) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(r.json["elapsed"] == "1h" for r in replies), replies


def test_the_server_does_not_skip_to_deadlines_of_its_own(binary):
    with served(binary, "--clock", "skip") as s:
        token = make(s, "1h")
        assert alive(s, token)
        assert s.control("GET", "clock").json["elapsed"] == "0s"
        assert s.control("POST", "clock/sleep", {"for": "2h"}).json["elapsed"] == "2h"
        assert not alive(s, token)


SLOW = """lapse: 1
secrets: { db: { type: database, roles: { ro: { default_ttl: 1h } } } }
steps: [ { backend_slow: db/, takes: 10s } ]
"""


def test_an_answer_may_need_virtual_time(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(SLOW)
        file.flush()
        for mode in ("frozen", "follow", "scaled=1000"):
            with served(binary, file.name, "--root-token", "root", "--clock", mode) as s:
                lease = s.ask("GET", "/v1/db/creds/ro").json["lease_id"]
                replies = []
                revoke = threading.Thread(target=lambda: replies.append(
                    s.ask("PUT", "/v1/sys/leases/revoke", {"lease_id": lease, "sync": True})))
                revoke.start()
                if mode == "frozen":
                    s.control("GET", "wait?request=PUT+sys/leases/revoke&timeout=60s")
                    assert s.control("GET", "clock").json["in_flight"] == 0
                    s.advance(by="9s")
                    assert not replies
                    s.advance(by="2s")
                revoke.join()
                assert replies[0].status == 204, (mode, replies)


def test_until_stops_the_clock_and_not_the_server(binary):
    with served(binary, "--clock", "frozen", "--until", "2h") as s:
        token = make(s, "3h")
        stopped = s.advance(by="5h").json
        assert stopped["elapsed"] == "2h" and stopped["stopped"] == "--until", stopped
        assert alive(s, token)


LONG = """lapse: 1
steps:
  - repeat:
      { times: 1000000, every: 1s, steps: [ { create: "t{i}", ttl: 1s, policies: [ default ] } ] }
"""


def is_busy(s):
    """Whether the world is at work: another request then waits."""
    with socket.create_connection(("127.0.0.1", s.port), timeout=0.5) as wire:
        wire.sendall(b"GET /lapse/clock HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            return not wire.recv(1)
        except TimeoutError:
            return True


def test_a_signal_in_the_middle_of_an_advance(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(LONG)
        file.flush()
        s = Served(binary, file.name, "--clock", "frozen")
        replies = []
        thread = threading.Thread(target=lambda: replies.append(s.advance(by="30d")))
        thread.start()
        while not is_busy(s):
            pass
        s.process.send_signal(signal.SIGTERM)
        thread.join()
        assert replies[0].status == 503 and "the clock stopped at 2026-01-" in replies[0].text
        assert replies[0].json["now"].startswith("2026-01-"), replies
        s.process.communicate(timeout=60)
        assert s.process.returncode == 0


def test_steps_of_a_file_go_on_beside_the_clients(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write("lapse: 1\nsteps:\n"
                   "  - { create: app, id: app-token, ttl: 2h }\n"
                   "  - { revoke: app, at: 1h }\n"
                   "  - { expect: { app: alive }, at: 3h }\n")
        file.flush()
        with served(binary, file.name, "--root-token", "root", "--clock", "frozen") as s:
            assert alive(s, "app-token")
            s.advance(by="59m")
            assert alive(s, "app-token")
            s.advance(by="1m")
            assert not alive(s, "app-token")
        s = Served(binary, file.name, "--root-token", "root", "--clock", "frozen")
        s.advance(by="4h")
        assert s.end()[0] == 1, "the expectation failed"


def test_the_clock_command(binary):
    with served(binary, "--clock", "frozen") as s:
        def clock(*words):
            done = subprocess.run([binary, "clock", *words, "--address", s.address],
                                  capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout, done.stderr

        make(s, "1h")
        assert clock()[1].startswith("now      2026-01-01T00:00:00Z"), clock()
        status, out, err = clock("advance", "61m")
        assert status == 0 and "expired" in out, (out, err)
        assert clock("next")[0] == 1
        assert clock("backwards")[0] == 2
        assert subprocess.run([binary, "clock", "--address", "127.0.0.1:1"],
                              capture_output=True, timeout=60).returncode == 2


def test_the_clock_command_trusts_no_server(binary):
    def clock(reply, more=b"", *words):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            command = subprocess.Popen(
                [binary, "clock", *words, "--address", f"127.0.0.1:{listening.getsockname()[1]}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            wire, _ = listening.accept()
            with wire, contextlib.suppress(ConnectionError):
                wire.recv(1 << 16)
                wire.sendall(reply)
                while more:
                    wire.sendall(more)
            out, err = command.communicate(timeout=60)
            return command.returncode, out, err

    head = b"HTTP/1.1 200 OK\r\n\r\n"
    odd = {"now": "\x1b[2Jnow", "elapsed": 5, "next": {"in": [], "what": "\r", "whom": "\x07"},
           "lines": [7, "::error::x", None]}
    status, out, err = clock(head + json.dumps(odd).encode())
    assert status == 0 and err == "", (status, out, err)
    assert "\x1b" not in out and "\r" not in out and "\x07" not in out, repr(out)
    assert "\\x1b[2Jnow" in out and out.splitlines()[-1].endswith("x"), out
    assert not out.splitlines()[-1].startswith("::"), out
    # An answer without end is given up.
    status, out, err = clock(b"", b"x" * (1 << 20))
    assert status == 2 and "gave no HTTP answer" in err, (status, out, err)


def test_the_clock_over_tls(binary):
    with tempfile.TemporaryDirectory() as folder:
        with served(binary, "--clock", "frozen", "--dev-tls", folder) as s:
            def clock(*words, **variables):
                return subprocess.run([binary, "clock", *words, "--address", s.address],
                                      capture_output=True, text=True, timeout=60,
                                      env={**os.environ, **variables})

            ca = os.path.join(folder, "ca.pem")
            assert clock("advance", "40m", "--ca-cert", ca).returncode == 0
            assert "elapsed  40m" in clock(VAULT_CACERT=ca).stdout
            assert "elapsed  40m" in clock("--ca-path", folder, BAO_CACERT="").stdout
            assert "elapsed  40m" in clock(VAULT_SKIP_VERIFY="true").stdout
            refused = clock()
            assert refused.returncode == 2 and "--ca-cert" in refused.stderr, refused
            another = clock("--ca-cert", ca, "--tls-server-name", "elsewhere.example")
            assert another.returncode == 2 and "no TLS" in another.stderr, another
            assert clock("--ca-cert", "/nothing").returncode == 2
        # Who cannot have the port leaves the files to the one who has it.
        with served(binary, "--dev-tls", folder) as s:
            with open(os.path.join(folder, "ca.pem"), "rb") as file:
                before = file.read()
            done = subprocess.run(
                [binary, "serve", "--listen", s.address.removeprefix("https://"), "--dev-tls",
                 folder], capture_output=True, text=True, timeout=60)
            assert done.returncode == 2 and "cannot listen" in done.stderr, done
            with open(os.path.join(folder, "ca.pem"), "rb") as file:
                assert file.read() == before
        # What --dev-tls writes is nobody else's.
        for more in (["--record", ca], ["--report", "json=" + ca]):
            done = subprocess.run([binary, "serve", "--listen", "127.0.0.1:0", "--dev-tls", folder,
                                   *more], capture_output=True, text=True, timeout=60)
            assert done.returncode == 2 and "--dev-tls" in done.stderr, done


if __name__ == "__main__":
    run_tests(globals(), sys.argv[1])
