#!/usr/bin/env python3
"""What a served world answers over HTTP: paths, methods, tokens, headers, bodies.

    answers_test.py LAPSE
"""

import http.client
import os
import signal
import ssl
import subprocess
import sys
import tempfile

from served import Served, run_tests, served


def test_it_says_where_it_listens_and_what_its_root_token_is(binary):
    with served(binary, "--root-token", "hvs.mine") as s:
        assert s.address == f"http://127.0.0.1:{s.port}", s.first_line
        assert s.lines[0].startswith("Unseal Key: ")
        assert s.lines[1] == "Root Token: hvs.mine"
        assert s.ask("GET", "/v1/auth/token/lookup-self").json["data"]["id"] == "hvs.mine"


def test_health_needs_no_token(binary):
    with served(binary) as s:
        health = s.ask("GET", "/v1/sys/health", token=None)
        assert health.status == 200 and health.json["sealed"] is False, health
        assert s.ask("HEAD", "/v1/sys/health", token=None).text == ""
        assert s.ask("GET", "/v1/sys/seal-status", token=None).json["initialized"] is True


def test_it_stands_as_a_dev_server(binary):
    with served(binary) as s:
        assert s.token == "root"
        assert s.ask("POST", "/v1/secret/data/a", {"data": {"k": "v"}}).status == 200
        read = s.ask("GET", "/v1/secret/data/a")
        assert read.json["data"]["data"] == {"k": "v"}, read
        mounts = s.ask("GET", "/v1/sys/mounts").json
        assert mounts["secret/"]["options"] == {"version": "2"}, mounts["secret/"]


def test_every_method_works(binary):
    with served(binary) as s:
        for name in "ab":
            assert s.ask("PUT", f"/v1/secret/data/{name}", {"data": {"k": name}}).status == 200
        for listing in (s.ask("LIST", "/v1/secret/metadata"),
                        s.ask("GET", "/v1/secret/metadata?list=true")):
            assert listing.json["data"]["keys"] == ["a", "b"], listing
        scan = s.ask("SCAN", "/v1/secret/metadata")
        assert scan.status == 200 and scan.json["data"]["keys"] == ["a", "b"], scan
        patch = s.ask("PATCH", "/v1/secret/data/a", {"data": {"x": "y"}},
                      headers={"Content-Type": "application/merge-patch+json"})
        assert patch.status == 200, patch
        assert s.ask("GET", "/v1/secret/data/a").json["data"]["data"] == {"k": "a", "x": "y"}
        assert s.ask("DELETE", "/v1/secret/metadata/a").status == 204
        assert s.ask("HEAD", "/v1/secret/data/b").status == 405
        assert s.ask("OPTIONS", "/v1/secret/data/b").status == 405


def test_tokens_come_in_either_header(binary):
    with served(binary) as s:
        path = "/v1/auth/token/lookup-self"
        bearer = {"Authorization": "Bearer root"}
        assert s.ask("GET", path, token=None, headers=bearer).status == 200
        assert s.ask("GET", path, token=None).status == 403
        assert s.ask("GET", path, token="no").status == 403
        ignored = {"X-Vault-Request": "true", "X-Vault-Index": "1", "X-Vault-MFA": "x",
                   "X-Vault-No-Request-Forwarding": "1", "X-Vault-Policy-Override": "true"}
        assert s.ask("GET", path, headers=ignored).status == 200
        other = s.ask("GET", path, headers={"X-Vault-Namespace": "team"})
        assert other.status == 404 and other.json["errors"] == ["namespace not found"], other


def test_answers_have_the_real_headers_and_a_request_id(binary):
    with served(binary) as s:
        one = s.ask("GET", "/v1/auth/token/lookup-self")
        two = s.ask("GET", "/v1/auth/token/lookup-self")
        assert one.headers["Content-Type"] == "application/json"
        assert one.headers["Cache-Control"] == "no-store"
        assert len(one.json["request_id"]) == 36 != two.json["request_id"]
        made = s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"},
                     headers={"X-Vault-Wrap-TTL": "60"})
        assert made.json["wrap_info"]["ttl"] == 60, made


def test_what_is_not_modelled_is_404_with_its_reason(binary):
    with served(binary) as s:
        for path in ("/v1/sys/host-info", "/v1/identity/oidc/key"):
            reply = s.ask("GET", path)
            assert reply.status == 404, reply
            assert reply.json["errors"][0].startswith("lapse does not model "), reply
            assert ": " in reply.json["errors"][0], reply


def test_paths_are_folded_and_decoded(binary):
    with served(binary) as s:
        there = s.ask("GET", "/v1/auth/token//lookup-self")
        assert there.status == 307, there
        assert there.headers["Location"] == "/v1/auth/token/lookup-self"
        assert s.ask("GET", "//v1/sys/health").headers["Location"] == "/v1/sys/health"
        assert s.ask("PUT", "/v1/secret/data/a%20b", {"data": {"k": 1}}).status == 200
        assert s.ask("LIST", "/v1/secret/metadata").json["data"]["keys"] == ["a b"]
        assert s.ask("GET", "/v1/auth/token/lookup-self%zz").text == "400 Bad Request"
        assert s.ask("GET", "/ui/").status == 404
        wrong = s.ask("DELETE", "/v1/auth/token/lookup-self")
        assert wrong.status == 405, wrong


def test_bodies_that_are_no_json_get_the_real_answer(binary):
    with served(binary) as s:
        for raw, text in (("{", "unexpected EOF"),
                          ("nope", "invalid character 'o' in literal null (expecting 'u')")):
            reply = s.ask("POST", "/v1/auth/token/create", raw=raw)
            assert reply.status == 400, reply
            assert reply.json["errors"] == ["failed to decode JSON input: " + text], reply


def test_http_itself(binary):
    with served(binary) as s:
        head = "X-Vault-Token: root\r\nHost: x\r\n"
        old = s.raw(f"GET /v1/sys/health HTTP/1.0\r\n{head}\r\n")
        assert old.startswith("HTTP/1.1 200 OK\r\n") and "Connection: close" in old, old
        one = f"GET /v1/auth/token/lookup-self HTTP/1.1\r\n{head}\r\n"
        last = f"GET /v1/sys/health HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
        assert s.raw(one * 5 + last).count("HTTP/1.1 200 OK\r\n") == 6
        chunked = s.raw(f"POST /v1/auth/token/create HTTP/1.1\r\n{head}Connection: close\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"ttl\":\r\n5\r\n\"1h\"}\r\n"
                        "0\r\n\r\n")
        assert '"lease_duration":3600' in chunked, chunked
        waits = s.raw(f"POST /v1/auth/token/create HTTP/1.1\r\n{head}Connection: close\r\n"
                      "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")
        # The body was here already: nothing needs to be said first.
        assert "HTTP/1.1 200 OK" in waits, waits
        whole = s.raw(f"GET http://x/v1/sys/health HTTP/1.1\r\n{head}Connection: close\r\n\r\n")
        assert whole.startswith("HTTP/1.1 200 OK"), whole
        # A client that has said all it has to say still gets its answer.
        assert "200 OK" in s.raw(last, half_close=True)


def test_what_is_too_large_or_no_http_is_refused(binary):
    with served(binary) as s:
        line = "GET /v1/sys/health HTTP/1.1\r\nHost: x\r\n"
        assert s.raw(line + "X: " + "a" * 70000 + "\r\n\r\n").startswith("HTTP/1.1 431 ")
        assert s.raw("PUT /v1/secret/data/a HTTP/1.1\r\nHost: x\r\n"
                     f"Content-Length: {(32 << 20) + 1}\r\n\r\n").startswith("HTTP/1.1 413 ")
        assert s.raw(line + "X: a\x01b\r\n\r\n").startswith("HTTP/1.1 400 ")
        assert s.raw("no http at all\r\n\r\n").startswith("HTTP/1.1 400 ")
        assert s.ask("GET", "/v1/sys/health").status == 200


def test_connections_are_kept(binary):
    with served(binary) as s:
        connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
        for _ in range(3):
            assert s.ask_on(connection, "GET", "/v1/sys/health").status == 200
            port = connection.sock.getsockname()[1]
        assert connection.sock.getsockname()[1] == port
        connection.close()


def test_a_file_stands_at_time_0(binary):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "estate.yaml")
        with open(path, "w") as file:
            file.write("lapse: 1\n"
                       "auth: { userpass: { type: userpass, users: { amy: {} } } }\n"
                       "steps: [ { create: app, id: app-token, ttl: 1h } ]\n")
        with served(binary, path, "--root-token", "root") as s:
            login = s.ask("POST", "/v1/auth/userpass/login/amy", {"password": "amy"}, token=None)
            assert login.status == 200, login
            seen = s.ask("GET", "/v1/auth/token/lookup-self", token="app-token")
            assert seen.json["data"]["creation_ttl"] == 3600, seen
        bad = subprocess.run([binary, "serve", path + ".no"], capture_output=True, text=True)
        assert bad.returncode == 2 and "no such file" in bad.stderr, bad


def test_a_dev_servers_flags_and_variables(binary):
    with tempfile.TemporaryDirectory() as folder:
        link = os.path.join(folder, "vault")
        os.symlink(binary, link)
        env = dict(os.environ, VAULT_DEV_ROOT_TOKEN_ID="tested",
                   VAULT_DEV_LISTEN_ADDRESS="127.0.0.1:0")
        with served(link, "-dev", command="server", env=env) as s:
            assert s.token == "tested"
            assert s.ask("GET", "/v1/sys/health", token=None).status == 200
        with served(link, "-dev", "-dev-root-token-id=mine", "-dev-listen-address", "127.0.0.1:0",
                    "-log-level=debug", "-dev-no-store-token", command="server") as s:
            assert s.token == "mine"
            assert s.ask("GET", "/lapse/clock").status == 200
        # Where others reach it, nobody moves its clock.
        with served(link, "-dev", "-dev-listen-address=0.0.0.0:0", command="server") as s:
            assert s.ask("GET", "/v1/sys/health", token=None).status == 200
            assert s.ask("GET", "/lapse/clock").status == 403
        with served(link, "-dev", "-dev-listen-address=0.0.0.0:0", "-control-token=t", "-clock",
                    "frozen", "-dev-latency", "0", command="server") as s:
            clock = s.ask("GET", "/lapse/clock", headers={"X-Lapse-Token": "t"})
            assert clock.json["mode"] == "frozen", clock
        # Each of the two is enough to ask for a dev server.
        for words, version in ((["-dev"], "2"), (["-dev-kv-v1"], "1")):
            with served(link, *words, "-dev-listen-address=127.0.0.1:0", command="server") as s:
                mounts = s.ask("GET", "/v1/sys/mounts").json
                assert mounts["secret/"]["options"] == {"version": version}, mounts["secret/"]
        for words, told in ((["-dev-leased-kv"], "not modelled"), (["-dev-tls"], "-dev-tls-cert-dir"),
                            (["-dev-nonsense"], "unknown flag"), (["-clock=x"], "-clock")):
            done = subprocess.run([link, "server", "-dev", *words], capture_output=True, text=True,
                                  timeout=60)
            assert done.returncode == 2 and told in done.stderr, (words, done)


def test_tls(binary):
    with tempfile.TemporaryDirectory() as folder:
        with served(binary, "--dev-tls", folder) as s:
            assert s.address.startswith("https://127.0.0.1:"), s.first_line
            trusted = ssl.create_default_context(cafile=os.path.join(folder, "ca.pem"))
            for _ in range(2):
                connection = http.client.HTTPSConnection("127.0.0.1", s.port, timeout=60,
                                                         context=trusted)
                for _ in range(3):
                    reply = s.ask_on(connection, "GET", "/v1/auth/token/lookup-self")
                    assert reply.status == 200 and reply.json["data"]["id"] == "root", reply
                connection.close()
            # Without TLS there is no answer, and the next client gets one.
            assert "HTTP" not in s.raw("GET /v1/sys/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert os.stat(os.path.join(folder, "key.pem")).st_mode & 0o077 == 0
        files = ["--tls-cert", os.path.join(folder, "cert.pem"), "--tls-key",
                 os.path.join(folder, "key.pem")]
        with served(binary, *files) as s:
            assert s.address.startswith("https://"), s.first_line
        bad = subprocess.run([binary, "serve", "--listen", "127.0.0.1:0", "--tls-cert",
                              "/nothing", "--tls-key", "/nothing"], capture_output=True, text=True)
        assert bad.returncode == 2 and "cannot use the certificate" in bad.stderr, bad


def test_the_port_may_be_taken(binary):
    with served(binary) as s:
        second = subprocess.run([binary, "serve", "--listen", f"127.0.0.1:{s.port}"],
                                capture_output=True, text=True)
        assert second.returncode == 2, second
        assert "cannot listen" in second.stderr and second.stdout == "", second


def test_a_signal_ends_it(binary):
    for number in (signal.SIGTERM, signal.SIGINT):
        s = Served(binary)
        connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
        assert s.ask_on(connection, "GET", "/v1/sys/health").status == 200
        status, _, err = s.end(number)
        assert status == 0 and err == "", (status, err)


def test_elsewhere_than_loopback_needs_a_control_token(binary):
    refused = subprocess.run([binary, "serve", "--listen", "0.0.0.0:0"], capture_output=True,
                             text=True)
    assert refused.returncode == 2 and "--control-token" in refused.stderr, refused


if __name__ == "__main__":
    run_tests(globals(), sys.argv[1])
