#!/usr/bin/env python3
"""A served world under load and abuse: after each the next request is answered.

    abuse_test.py LAPSE
"""

import contextlib
import http.client
import os
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from served import TIMEOUT_S, Served, run_tests, served

HEALTH = b"GET /v1/sys/health HTTP/1.1\r\nHost: x\r\n\r\n"


def connect(s):
    return socket.create_connection(("127.0.0.1", s.port), timeout=60)


def still_answers(s):
    assert s.ask("GET", "/v1/sys/health", token=None).status == 200


def read_answer(wire):
    text = b""
    while b"\r\n\r\n" not in text:
        part = wire.recv(1 << 16)
        if not part:
            return text
        text += part
    return text


def test_a_thousand_connections(binary):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    with served(binary) as s:
        wires = [connect(s) for _ in range(1000)]
        for wire in wires:
            wire.sendall(HEALTH)
        for wire in wires:
            assert read_answer(wire).startswith(b"HTTP/1.1 200 ")
        still_answers(s)
        # Those beyond the limit are told so.
        more = [connect(s) for _ in range(60)]
        assert b"503 Service Unavailable" in read_answer(more[-1])
        for wire in wires + more:
            wire.close()
        # A place is free as soon as the server has read the end of one of them.
        until = time.monotonic() + 60
        while (status := s.ask("GET", "/v1/sys/health", token=None).status) == 503:
            assert time.monotonic() < until
        assert status == 200, status


def test_slow_and_half_closed_clients_hinder_nobody(binary):
    with served(binary) as s:
        slow_header, slow_body, half = connect(s), connect(s), connect(s)
        slow_header.sendall(HEALTH[:20])
        slow_body.sendall(b"PUT /v1/secret/data/a HTTP/1.1\r\nHost: x\r\nX-Vault-Token: root\r\n"
                          b"Content-Length: 1000\r\n\r\n{")
        half.sendall(HEALTH[:10])
        half.shutdown(socket.SHUT_WR)
        for _ in range(20):
            still_answers(s)
        assert half.recv(1 << 16) == b""
        slow_header.sendall(HEALTH[20:])
        assert read_answer(slow_header).startswith(b"HTTP/1.1 200 ")
        slow_body.close()
        still_answers(s)


def test_clients_that_vanish(binary):
    with served(binary, "--clock", "frozen") as s:
        for sent in (b"", HEALTH[:30], HEALTH, HEALTH * 50):
            wire = connect(s)
            wire.sendall(sent)
            # As a kill -9 does it where data is unread.
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wire.close()
        still_answers(s)


def test_pipelined_requests_are_answered_in_order(binary):
    with served(binary) as s:
        paths = [f"/v1/secret/data/{n}" for n in range(300)]
        sent = b"".join(b"GET %s HTTP/1.1\r\nHost: x\r\nX-Vault-Token: root\r\n\r\n" % p.encode()
                        for p in paths)
        text = s.raw(sent + HEALTH.replace(b"Host: x", b"Host: x\r\nConnection: close"))
        statuses = [line.split()[1] for line in text.splitlines() if line.startswith("HTTP/1.1 ")]
        assert statuses == ["404"] * 300 + ["200"], statuses


def test_garbage(binary):
    drawn = random.Random(1)
    with served(binary) as s:
        for _ in range(200):
            wire = connect(s)
            kind = drawn.randrange(3)
            if kind == 0:
                sent = drawn.randbytes(drawn.randrange(1, 4000))
            elif kind == 1:
                sent = bytearray(HEALTH * 2)
                for _ in range(drawn.randrange(1, 6)):
                    sent[drawn.randrange(len(sent))] = drawn.randrange(256)
            else:
                sent = (b"POST /lapse/" + drawn.choice([b"clock", b"clock/advance", b"expect",
                                                        b"faults", b"handles"])
                        + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n"
                        + drawn.randbytes(40))
            wire.sendall(bytes(sent))
            wire.shutdown(socket.SHUT_WR)
            try:
                while wire.recv(1 << 16):
                    pass
            except ConnectionError:
                pass
            wire.close()
        still_answers(s)


def test_odd_control_bodies(binary):
    with served(binary, "--clock", "frozen") as s:
        bodies = ["[]", "5", "{", '{"by": {}}', '{"to": {"expired": 5}}', '{"to": {}}',
                  '{"by": "1h", "by": "2h"}', '{"by": 99999999999999999999}', '{"app": {}}',
                  '{"": ""}', '{"expect": {"expect": {}}}', '{"outage": [[[[]]]]}',
                  '{"together": []}', '{"mode": 5}', '{"mode": "scaled", "rate": -1}',
                  '{"for": "1h", "who": 5}', '{"for": []}', "[" * 5000, '{"a":' * 5000]
        for path in ("clock", "clock/advance", "clock/sleep", "faults", "handles", "expect"):
            for body in bodies:
                reply = s.control("POST", path, raw=body)
                if body != '{"by": "1h", "by": "2h"}' or path != "clock/advance":
                    assert 400 <= reply.status < 500, (path, body, reply)
        still_answers(s)


def test_many_clients_at_once(binary):
    with served(binary) as s:
        failures = []

        def client(number):
            connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
            for _ in range(50):
                made = s.ask_on(connection, "POST", "/v1/auth/token/create", {"ttl": "1h"})
                token = made.json["auth"]["client_token"]
                seen = s.ask_on(connection, "GET", "/v1/auth/token/lookup-self", token=token)
                if seen.json["data"]["id"] != token:
                    failures.append(number)
            connection.close()

        threads = [threading.Thread(target=client, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert s.control("GET", "requests").json["total"] == 1600
        open_files = len(os.listdir(f"/proc/{s.process.pid}/fd"))
        assert open_files < 40, open_files


def test_a_body_that_comes_after_the_end(binary):
    s = Served(binary)
    wire = connect(s)
    wire.sendall(b"PUT /v1/sys/seal HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
    still_answers(s)
    until = time.monotonic() + TIMEOUT_S
    s.process.send_signal(signal.SIGTERM)
    # Nobody is let in any more; the world is over soon after, open connections have a moment yet.
    try:
        while time.monotonic() < until:
            connect(s).close()
            time.sleep(0.01)
    except ConnectionError:
        pass
    time.sleep(0.3)
    wire.sendall(b"{}")
    answer = read_answer(wire)
    assert answer.startswith(b"HTTP/1.1 ") and b"\r\nConnection: close\r\n" in answer, answer
    _, err = s.process.communicate(timeout=TIMEOUT_S)
    assert s.process.returncode == 0 and err == "", (s.process.returncode, err)


def test_a_second_signal_leaves_no_temporary_file(binary):
    with tempfile.TemporaryDirectory() as folder:
        scenario = os.path.join(folder, "long.yaml")
        with open(scenario, "w", encoding="utf-8") as out:
            out.write("lapse: 1\nsteps:\n- repeat: { every: 1m, until: 120h, steps: "
                      "[ { create: \"a{i}\", ttl: 5m } ] }\n")
        process = subprocess.Popen(
            [binary, "serve", scenario, "--listen", "127.0.0.1:0", "--clock", "frozen", "--report",
             "json=" + os.path.join(folder, "j.json")], stdout=subprocess.PIPE, text=True)
        address = process.stdout.readline().split()[-1]
        moved = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
        moved.request("POST", "/lapse/clock/advance", '{"by": "100h"}')
        assert moved.getresponse().status == 200
        process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if any(".tmp" in name for name in os.listdir(folder)):
                process.send_signal(signal.SIGTERM)
                break
            time.sleep(0.001)
        process.wait(timeout=60)
        left = [name for name in os.listdir(folder) if ".tmp" in name]
        assert not left, left


if __name__ == "__main__":
    run_tests(globals(), sys.argv[1])
