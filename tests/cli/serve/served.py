"""A served lapse for tests: starts the program on a free port, asks it, ends it. Needs nothing but
the standard library."""

import contextlib
import http.client
import json
import pathlib
import signal
import socket
import subprocess

TIMEOUT_S = 120


class Reply:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.text = answer.read().decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return f"{self.status} {self.text}"


class Served:
    """One running server. `token` is sent with every request unless another is given."""

    def __init__(self, binary, *words, command="serve", env=None):
        listen = [] if command == "server" else ["--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [binary, command, *listen, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=env)
        self.first_line = self.process.stdout.readline().rstrip("\n")
        if not self.first_line.startswith("listening on "):
            self.process.kill()
            raise AssertionError(f"first line {self.first_line!r}: {self.process.stderr.read()}")
        self.address = self.first_line.removeprefix("listening on ")
        self.port = int(self.address.rpartition(":")[2])
        self.lines = [self.process.stdout.readline().rstrip("\n") for _ in range(2)]
        self.token = self.lines[1].removeprefix("Root Token: ")
        self.kept = None

    def ask(self, method, path, body=None, token=True, headers=None, raw=None):
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            return self.ask_on(connection, method, path, body, token, headers, raw)
        finally:
            connection.close()

    def ask_on(self, connection, method, path, body=None, token=True, headers=None, raw=None):
        sent = dict(headers or {})
        if token is not None:
            sent["X-Vault-Token"] = self.token if token is True else token
        data = raw if raw is not None else json.dumps(body) if body is not None else None
        connection.request(method, path, data, sent)
        return Reply(connection.getresponse())

    def control(self, method, path, body=None, **more):
        return self.ask(method, "/lapse/" + path, body, token=None, **more)

    def advance(self, **how):
        return self.control("POST", "clock/advance", how)

    def raw(self, text, half_close=False):
        """What comes back for bytes as they are, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_S) as wire:
            wire.sendall(text if isinstance(text, bytes) else text.encode())
            if half_close:
                wire.shutdown(socket.SHUT_WR)
            parts = []
            while part := wire.recv(1 << 16):
                parts.append(part)
            return b"".join(parts).decode("utf-8", "replace")

    def end(self, by=signal.SIGTERM):
        """Exit status, and what it still said on standard output and error."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, out, err


@contextlib.contextmanager
def served(binary, *words, **more):
    """Ends the server with the test, which must not have broken it."""
    server = Served(binary, *words, **more)
    try:
        yield server
    except BaseException:
        server.process.kill()
        server.process.wait()
        raise
    status, out, err = server.end()
    assert status == 0, f"exit status {status}\n{out}\n{err}"


def run_tests(names, binary):
    """Runs the functions `test_*` of a module, each with the program's path."""
    for name, test in list(names.items()):
        if name.startswith("test_"):
            test(str(pathlib.Path(binary).resolve()))
            print("ok", name.removeprefix("test_").replace("_", " "))
