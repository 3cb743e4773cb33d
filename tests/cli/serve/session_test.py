#!/usr/bin/env python3
"""A session of a served world: what clients did, faults, names, verdicts, and the session as a
scenario that `lapse run` does again to the same events.

    session_test.py LAPSE
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree

from replay import check_promise, events_of, replayed
from served import Served, run_tests, served

ESTATE = """lapse: 1
name: an estate
policies: { ci: 'path "db/creds/*" { capabilities = ["read"] }' }
auth: { userpass: { type: userpass, users: { amy: { token_policies: [ ci ], token_ttl: 2h } } } }
secrets: { db: { type: database, roles: { ro: { default_ttl: 1h, max_ttl: 4h } } } }
steps:
  - { create: app, id: app-token, ttl: 3h }
  - repeat: { every: 30m, times: 4, steps: [ { create: "job{i}", as: app, ttl: 10m } ] }
  - { revoke: app, at: 150m }
  - { create: never, at: 30d }
"""

def busy_client(s, headers=lambda minutes: {}):
    """Logs in, reads a secret, renews, fails, sends odd bodies; `headers` for its times."""
    def ask(minutes, *what, **more):
        return s.ask(*what, headers=headers(minutes), **more)

    login = ask(0, "POST", "/v1/auth/userpass/login/amy", {"password": "amy"}, token=None)
    token = login.json["auth"]["client_token"]
    lease = ask(5, "GET", "/v1/db/creds/ro", token=token).json["lease_id"]
    assert ask(10, "PUT", "/v1/sys/leases/renew", {"lease_id": lease}).status == 200
    assert ask(20, "POST", "/v1/auth/token/renew-self", raw='{"increment": 3600} ',
               token=token).status == 200
    assert ask(21, "GET", "/v1/sys/mounts/{app}", token=token).status == 403
    assert ask(22, "POST", "/v1/auth/token/create", raw="{", token=token).status == 400
    assert ask(23, "POST", "/v1/auth/token/create", raw=b"\xff{}").status == 400
    made = ask(24, "POST", "/v1/auth/token/create", {"ttl": "1h", "meta": {"a": "{i}: \"x\""}})
    assert ask(40, "LIST", "/v1/auth/token/accessors").status == 200
    assert ask(41, "PUT", "/v1/sys/mounts/kv", {"type": "kv"}).status == 204
    assert ask(42, "GET", "/v1/sys/host-info").status == 404
    return token, lease, made.json["auth"]["client_token"]


def test_a_session_is_a_scenario_in_every_clock_mode(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(ESTATE)
        file.flush()
        for mode in ("real", "frozen", "follow", "scaled=2000", "skip"):
            with served(binary, file.name, "--root-token", "root", "--clock", mode) as s:
                if mode == "follow":
                    busy_client(s, lambda minutes: {"X-Lapse-Now": str(60 * minutes + 5)})
                else:
                    busy_client(s)
                if mode == "skip":
                    assert s.control("POST", "clock/sleep", {"for": "100m"}).status == 200
                elif mode == "follow":
                    s.ask("GET", "/v1/sys/health", headers={"X-Lapse-Now": "9000"})
                else:
                    s.advance(by="100m")
                if mode in ("real", "scaled=2000"):
                    s.control("POST", "clock", {"mode": "frozen"})
                s.ask("GET", "/v1/auth/token/lookup-self", token="app-token")
                scenario = check_promise(binary, s, of_file=True)
                done, _, to_come = scenario.partition("# Still to come:")
                assert "external: true" in done and "30d" not in done, scenario
                assert "30d" in to_come, scenario


def test_a_dev_server_s_session_is_a_scenario(binary):
    with served(binary, "--clock", "frozen", "--root-token", "hvs.MyRoot") as s:
        assert s.ask("POST", "/v1/secret/data/a", {"data": {"k": "v"}}).status == 200
        wrapped = s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"},
                        headers={"X-Vault-Wrap-TTL": "5m"}).json["wrap_info"]["token"]
        s.advance(by="1m30s")
        assert s.ask("PUT", "/v1/sys/wrapping/unwrap", {}, token=wrapped).status == 200
        s.advance(by="2h")
        scenario = check_promise(binary, s)
        assert 'root_token_id: "hvs.MyRoot"' in scenario or "root_token_id: hvs.MyRoot" in scenario


def test_names_appear_in_the_session_and_its_reports(binary):
    with served(binary, "--clock", "frozen") as s:
        token = s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"}).json["auth"]["client_token"]
        assert s.control("POST", "handles", {"app": token}).status == 200
        assert s.control("POST", "handles", {"app": token}).status == 409
        assert s.control("POST", "handles", {"other": "no such token"}).status == 404
        assert s.control("POST", "handles", {"1x": token}).status == 400
        # A scenario could not have them: the session would not load.
        for name in "tokens", "leases", "none":
            assert s.control("POST", "handles", {name: token}).status == 400
        s.advance(by="2h")
        assert "app" in s.control("GET", "report").text
        scenario = check_promise(binary, s)
        assert "save: app" in scenario, scenario


def test_expectations_are_judged_at_once_and_at_the_end(binary):
    s = Served(binary, "--clock", "frozen")
    token = s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"}).json["auth"]["client_token"]
    s.control("POST", "handles", {"app": token})
    assert s.control("POST", "expect", {"app": "alive"}).json["held"] is True
    s.advance(by="2h")
    assert s.control("POST", "expect", {"app": "expired", "tokens": 1}).json["held"] is True
    broken = s.control("POST", "expect", {"app": "alive"}).json
    assert broken["held"] is False and broken["failures"][0]["subject"] == "app", broken
    failed = [e for e in json.loads(s.control("GET", "report?format=json").text)["events"]
              if e["event"] == "expectation_failed"]
    lines = s.control("GET", "scenario").text.splitlines()
    assert "expect: { app: alive }" in lines[failed[0]["line"] - 1], (failed, lines)
    assert s.control("POST", "expect", {"nobody": "alive"}).status == 400
    assert s.control("POST", "expect", {}).status == 400
    assert s.end()[0] == 1


def test_properties_are_judged_from_now_on(binary):
    s = Served(binary, "--clock", "frozen")
    token = s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"}).json["auth"]["client_token"]
    s.control("POST", "handles", {"app": token})
    s.advance(by="10m")
    for wrong in ({"always": {"nobody": "alive"}}, {"always": {"alive": "nobody"}}, {"always": []},
                  {"never": {"expired": "app", "from": "5m"}}, {"sometimes": 5},
                  {"never": {"expired": "app"}, "at": 1},
                  {"eventually": {"expired": "app", "to": "5m"}}):
        assert s.control("POST", "expect", wrong).status == 400, wrong
    for property in ({"always": {"tokens": {"at_most": 2}}}, {"sometimes": {"expired": "app"}},
                     {"eventually": {"expired": "app", "within": "1h"}},
                     {"never": {"expired": "app", "to": "30m"}},
                     {"always": {"alive": "app", "from": "20m", "to": "50m"}}):
        reply = s.control("POST", "expect", property).json
        assert reply["held"] is True and reply["failures"] == [], reply
    broken = s.control("POST", "expect", {"never": {"alive": "app"}}).json
    assert broken["held"] is False, broken
    assert broken["failures"][0]["subject"] == "never", broken
    events = s.advance(by="2h").json["events"]
    assert not [e for e in events if e["event"] == "rule_broken"], events
    s.control("POST", "expect", {"eventually": {"tokens": 9, "within": "10m"}})
    s.control("POST", "expect", {"eventually": {"tokens": 9, "within": "40m"}})
    events = s.advance(by="20m").json["events"]
    assert [e["id"] for e in events if e["event"] == "rule_broken"] == ["eventually"], events
    scenario = check_promise(binary, s)
    assert '- { tokens: 9, within: "10m", from: 2h10m }' in scenario, scenario
    told = json.loads(s.control("GET", "report?format=json").text)
    assert told["result"]["rules_broken"] == 2, told["result"]
    assert [e for e in told["events"] if e["event"] == "warning_raised"], told["events"]
    # Reports name the lines of the session as a scenario.
    lines = scenario.splitlines()
    for event in told["events"]:
        if event["event"] == "rule_broken":
            line = lines[event["line"] - 1].replace('"', "")
            assert event["sentence"].removeprefix(event["id"] + " ") in line, (event, scenario)
    # A world that is reset has lost them.
    s.control("POST", "reset")
    assert "always" not in s.control("GET", "scenario").text
    assert s.end()[0] == 1


def test_a_reset_gives_the_same_ids_and_keeps_failures(binary):
    s = Served(binary, "--clock", "frozen")
    create = ("POST", "/v1/auth/token/create", {"ttl": "1h"})
    first = s.ask(*create).json["auth"]["client_token"]
    s.advance(by="5m")
    s.control("POST", "handles", {"app": first})
    assert s.control("POST", "expect", {"app": "dead"}).json["held"] is False
    reset = s.control("POST", "reset").json
    assert reset["elapsed"] == "0s", reset
    assert s.control("GET", "requests").json["total"] == 0
    assert s.ask("GET", "/v1/auth/token/lookup-self", token=first).status == 403
    assert s.ask(*create).json["auth"]["client_token"] == first
    told = s.control("GET", "report").text
    assert "in a world that was reset at 5m, 1 of 1 expectations" in told, told
    assert "app: expected dead" in " ".join(told.split()) and "FAIL" in told, told
    assert "# Not of this world: in a world that was reset" in s.control("GET", "scenario").text
    assert s.end()[0] == 1


def test_a_reset_tells_who_waits_and_takes_nothing(binary):
    with served(binary, "--clock", "frozen") as s:
        replies = []
        waiting = threading.Thread(target=lambda: replies.append(
            s.control("GET", "wait?request=*&timeout=60s")))
        waiting.start()
        while s.control("GET", "clock").json["in_flight"]:
            pass
        assert s.control("POST", "reset", {"hard": True}).status == 400
        while not replies:
            assert s.control("POST", "reset", {}).status == 200
        waiting.join()
        assert replies[0].status == 503 and "reset" in replies[0].text, replies


def test_odd_bytes_leave_the_session_whole(binary):
    with served(binary, "--clock", "frozen") as s:
        for odd in ("\ufffe", "\uffff", "\x85", "\x90", "\ufeff", "\u2028", "\r\n", "\x7f", "é"):
            s.ask("PUT", "/v1/secret/data/a", raw=('{"data":{"k":"' + odd + '"}}').encode())
        for odd in (b"\x80", b"\xed\xa0\x80", b"{\xff}", b"\r\n{}", b"\x00"):
            s.ask("PUT", "/v1/secret/data/a", raw=odd)
        # No wrapping TTL: the refusal is part of the session.
        assert s.ask("GET", "/v1/sys/mounts",
                     headers={"X-Vault-Wrap-TTL": "application/json"}).status == 400
        for header in ("X-Vault-Token", "X-Vault-Namespace", "X-Vault-Wrap-TTL"):
            odd = s.ask("GET", "/v1/auth/token/lookup-self", headers={header: "\x80"},
                        token=None if header == "X-Vault-Token" else True)
            assert odd.status == 400 and "text" in odd.text, (header, odd)
        for path, status in ((b"\xff", "400"), (b"\xef\xbf\xbe", "400"), (b"a?b=\xff", "400"),
                             (b"\xc3\xa9", "404"), (b"%ff", "404")):
            answer = s.raw(b"GET /v1/secret/data/" + path + b" HTTP/1.1\r\nHost: x\r\n"
                           b"Connection: close\r\nX-Vault-Token: " + s.token.encode() +
                           b"\r\n\r\n")
            assert answer.split()[1] == status, (path, answer)
        assert s.control("POST", "expect", {"tokens": 1}).json["held"]
        assert s.control("POST", "faults", {"backend_up": "secret/"}).status == 200
        assert "X-Vault-Wrap-TTL: application/json" in check_promise(binary, s)


def test_requests_are_listed(binary):
    with served(binary) as s:
        s.ask("GET", "/v1/sys/health?standbyok=true")
        s.ask("GET", "/v1/sys/host-info")
        listed = s.control("GET", "requests").json
        assert listed["total"] == 2, listed
        assert listed["requests"][0]["path"] == "sys/health?standbyok=true", listed
        assert listed["requests"][0]["status"] == 200, listed
        unmodelled = s.control("GET", "requests?unmodelled").json["unmodelled"]
        assert unmodelled == [{"method": "GET", "path": "sys/host-info", "count": 1,
                               "reason": "no host"}], unmodelled
        s.process.terminate()
        _, err = s.process.communicate(timeout=60)
        assert "sys/host-info: no host" in err, err
        assert s.process.returncode == 0


WAITING = """lapse: 1
secrets: { aws/: { type: aws, roles: { deploy: { default_ttl: 1h } } } }
steps:
  - { read: aws/creds/deploy, save: k }
  - { backend_slow: aws, takes: 2s }
"""


def test_an_answer_that_needed_time_was_not_lost(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(WAITING)
        file.flush()
        s = Served(binary, file.name, "--root-token", "root", "--clock", "frozen")
        s.advance(by="1s")
        lease = s.ask("LIST", "/v1/sys/leases/lookup/aws/creds/deploy").json["data"]["keys"][0]
        replies = []
        thread = threading.Thread(target=lambda: replies.append(
            s.ask("PUT", "/v1/sys/leases/revoke",
                  {"lease_id": "aws/creds/deploy/" + lease, "sync": True})))
        thread.start()
        while s.control("GET", "requests").json["total"] < 2:
            pass
        scenario = check_promise(binary, s, of_file=True)
        assert "L27: off" in scenario, scenario
        again = json.loads(replayed(binary, scenario))["events"]
        assert not [e for e in again if e["event"] == "rule_broken"], again
        status, out, err = s.end()
        thread.join()
        assert replies[0].status == 503, replies
        assert status == 0, (status, out, err)


def test_events_are_listed_and_followed(binary):
    with served(binary, "--clock", "frozen") as s:
        s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"})
        past = [json.loads(line) for line in s.control("GET", "events").text.splitlines()]
        kinds = [e["event"] for e in past]
        assert kinds.count("token_created") == 2 and kinds[-1] == "request_answered", kinds
        connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
        connection.request("GET", "/lapse/events?follow=true")
        stream = connection.getresponse()
        for expected in past:
            assert json.loads(stream.readline()) == expected
        s.advance(by="2h")
        assert json.loads(stream.readline())["event"] == "token_ended"
        connection.close()
        assert s.ask("GET", "/v1/sys/health").status == 200


def test_faults_are_steps_of_the_scenario_language(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(ESTATE)
        file.flush()
        with served(binary, file.name, "--root-token", "root", "--clock", "frozen") as s:
            down = s.control("POST", "faults", {"backend_down": "db/"})
            assert down.status == 200, down
            assert s.ask("GET", "/v1/db/creds/ro").status == 500
            s.control("POST", "faults", {"backend_up": "db/"})
            assert s.ask("GET", "/v1/db/creds/ro").status == 200
            assert s.control("POST", "faults", {"backend_down": "nothing/"}).status == 400
            assert s.control("POST", "faults", {"renewals_fail": {"mount": "auth/late"}}
                             ).status == 400
            assert s.ask("POST", "/v1/sys/auth/late", {"type": "userpass"}).status == 204
            assert s.control("POST", "faults", {"renewals_fail": {"mount": "auth/late"}}
                             ).status == 200
            assert s.control("POST", "faults", {"create": "x"}).status == 400
            assert s.control("POST", "faults", {"backend_up": "db/", "at": "5h"}).status == 400
            check_promise(binary, s, of_file=True)


def test_files_of_their_own_are_read_when_a_world_is_made(binary):
    estate = """lapse: 1
policies: { ci: { file: ci.hcl } }
auth: { userpass: { type: userpass, users: { amy: { file: amy.json } } } }
secrets: { db: { type: database, roles: { ro: { default_ttl: 1h } } } }
steps: [ { write_policy: late, policy: { file: late.hcl } } ]
"""
    texts = {"ci.hcl": 'path "db/creds/*" { capabilities = ["read"] }\n',
             "late.hcl": 'path "db/creds/ro" { capabilities = ["deny"] }\n',
             "amy.json": '{ "token_policies": [ "ci" ], "token_ttl": "2h" }'}
    with tempfile.TemporaryDirectory() as folder:
        def write(name, text):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)

        for name, text in {**texts, "a.yaml": estate}.items():
            write(name, text)
        with served(binary, os.path.join(folder, "a.yaml"), "--clock", "frozen") as s:
            login = s.ask("POST", "/v1/auth/userpass/login/amy", {"password": "amy"}, token=None)
            token = login.json["auth"]["client_token"]
            write("ci.hcl", 'path "kv/*" { capabilities = ["read"] }\n')
            write("late.hcl", 'path "kv/*" { capabilities = ["deny"] }\n')
            write("amy.json", '{ "token_ttl": "5m" }')
            assert s.ask("GET", "/v1/db/creds/ro", token=token).status == 200
            assert s.control("POST", "faults", {"backend_down": "db/"}).status == 200
            assert "kv/" not in check_promise(binary, s, of_file=True)
            for name in texts:
                os.remove(os.path.join(folder, name))
            assert s.control("POST", "faults", {"backend_up": "db/"}).status == 200
            check_promise(binary, s, of_file=True)
            assert s.control("POST", "reset").status == 500
            for name, text in texts.items():
                write(name, text.replace("creds", "ways"))
            assert s.control("POST", "reset").status == 200
            assert "db/ways" in check_promise(binary, s, of_file=True)


def test_an_outage_hits_clients_for_a_while(binary):
    with served(binary, "--clock", "frozen") as s:
        assert s.control("POST", "faults", {"outage": {"status": 502, "for": "10m"}}).status == 200
        refused = s.ask("GET", "/v1/auth/token/lookup-self")
        assert refused.status == 502, refused
        s.advance(by="10m")
        assert s.ask("GET", "/v1/auth/token/lookup-self").status == 200
        s.control("POST", "faults", {"outage": {"refuse": True}})
        try:
            s.ask("GET", "/v1/auth/token/lookup-self")
            raise AssertionError("somebody answered")
        except (http.client.RemoteDisconnected, ConnectionError):
            pass
        s.control("POST", "faults", {"outage": "off"})
        assert s.ask("GET", "/v1/auth/token/lookup-self").status == 200
        for wrong in ({"outage": {"status": 200}}, {"outage": {"fro": "1m"}}, {"slow": {}},
                      {"outage": 5}, {"slow": {"takes": "long"}}, {"renewals_fail": {}},
                      {"outage": {"refuse": 5}}, {"outage": {"for": [1]}}, {"outage": "on"},
                      {"outage": {"status": [5]}}, {"renewals_fail": {"mount": "nope"}},
                      {"renewals_fail": {"mount": "secret", "over": 7}},
                      {"slow": {"takes": "5m..1m"}}):
            assert s.control("POST", "faults", wrong).status == 400, wrong
        check_promise(binary, s)


def test_answers_come_late_or_get_lost(binary):
    with served(binary, "--clock", "frozen") as s:
        s.control("POST", "faults", {"slow": {"takes": "2s"}})
        replies = []
        slow = threading.Thread(target=lambda: replies.append(
            s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"})))
        slow.start()
        s.control("GET", "wait?request=POST+auth/token/create&timeout=60s")
        s.advance(by="1s")
        assert not replies
        s.advance(by="1s")
        slow.join()
        assert replies[0].status == 200 and replies[0].headers["X-Lapse-Now"].endswith(":02Z")
        s.control("POST", "faults", {"slow": "off"})
        s.control("POST", "faults", {"lose_answers": {"for": "1m"}})
        before = s.control("POST", "expect", {"tokens": 2}).json
        assert before["held"], before
        try:
            s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"})
            raise AssertionError("somebody answered")
        except (http.client.RemoteDisconnected, ConnectionError):
            pass
        s.control("POST", "faults", {"lose_answers": "off"})
        assert s.control("POST", "expect", {"tokens": 3}).json["held"]
        check_promise(binary, s)


def test_a_slow_answer_moves_a_following_clock(binary):
    with served(binary, "--clock", "follow") as s:
        s.control("POST", "faults", {"slow": {"takes": "2s"}})
        reply = s.ask("GET", "/v1/auth/token/lookup-self")
        assert reply.status == 200 and reply.headers["X-Lapse-Now"].endswith(":02Z"), reply.headers


def test_renewals_of_a_mount_fail(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(ESTATE)
        file.flush()
        with served(binary, file.name, "--root-token", "root", "--clock", "frozen") as s:
            login = s.ask("POST", "/v1/auth/userpass/login/amy", {"password": "amy"}, token=None)
            token = login.json["auth"]["client_token"]
            lease = s.ask("GET", "/v1/db/creds/ro").json["lease_id"]
            for fault in ("auth/userpass", "db/"):
                s.control("POST", "faults", {"renewals_fail": {"mount": fault, "for": "1d"}})

            def renewals():
                return [s.ask("POST", "/v1/auth/token/renew-self", {}, token=token).status,
                        s.ask("POST", "/v1/auth/token/renew", {"token": token}).status,
                        s.ask("PUT", "/v1/sys/leases/renew", {"lease_id": lease}).status,
                        s.ask("POST", "/v1/auth/token/renew", {"token": "app-token"}).status]

            assert renewals() == [500, 500, 500, 200]
            for fault in ("auth/userpass", "db/"):
                s.control("POST", "faults", {"renewals_fail": {"mount": fault, "over": True}})
            assert renewals() == [200, 200, 200, 200]
            check_promise(binary, s, of_file=True)


def test_reports_are_written_at_the_end(binary):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "session.json")
        s = Served(binary, "--clock", "frozen", "--report", "json=" + path, "--report", "text")
        s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"})
        s.advance(by="2h")
        told = s.control("GET", "report?format=json").text
        status, out, _ = s.end()
        assert status == 0 and "PASS" in out, out
        with open(path) as file:
            assert events_of(file.read()) == events_of(told)
        with served(binary) as s:
            assert s.control("GET", "report?format=pdf").status == 400
            assert s.control("GET", "report?format=html").text.lower().startswith(
                "<!doctype html>")
            junit = xml.etree.ElementTree.fromstring(s.control("GET", "report?format=junit").text)
            assert junit.tag == "testsuites", junit


def test_a_transcript_takes_no_file_s_place(binary):
    with tempfile.TemporaryDirectory() as folder:
        estate, report = os.path.join(folder, "a.yaml"), os.path.join(folder, "r.json")
        with open(estate, "w") as file:
            file.write(ESTATE)
        for path in (estate, os.path.join(folder, ".", "a.yaml"), report, folder,
                     os.path.join(folder, "none", "s.jsonl")):
            done = subprocess.run(
                [binary, "serve", estate, "--listen", "127.0.0.1:0", "--report", "json=" + report,
                 "--record", path], capture_output=True, text=True, timeout=60)
            assert done.returncode == 2 and not done.stdout, (path, done)
            assert os.path.basename(path) in done.stderr, (path, done)
        with open(estate) as file:
            assert file.read() == ESTATE
        assert os.listdir(folder) == ["a.yaml"]


def test_a_recorded_session_conforms(binary):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "session.jsonl")
        with served(binary, "--clock", "frozen", "--record", path) as s:
            made = s.ask("POST", "/v1/auth/token/create", {"ttl": "1h", "policies": ["default"]})
            token = made.json["auth"]["client_token"]
            s.ask("PUT", "/v1/secret/data/a", {"data": {"k": "v"}})
            s.ask("GET", "/v1/secret/data/a")
            s.ask("GET", "/v1/secret/data/a", token=token)
            s.ask("LIST", "/v1/secret/metadata")
            s.advance(by="20m")
            s.ask("POST", "/v1/auth/token/renew-self", {"increment": "30m"}, token=token)
            s.ask("POST", "/v1/auth/token/lookup", {"token": token})
            s.ask("PUT", "/v1/cubbyhole/x", {"a": "1"}, token=token,
                  headers={"X-Vault-Wrap-TTL": "60"})
            s.advance(by="31m")
            s.ask("GET", "/v1/auth/token/lookup-self", token=token)
        with open(path) as file:
            text = file.read()
        assert token not in text and "$token" in text, text
        done = subprocess.run([binary, "conform", path], capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == 0, done.stdout + text


def test_records_of_other_clocks_and_of_answers_that_overlap_conform(binary):
    with tempfile.TemporaryDirectory() as folder:
        estate = os.path.join(folder, "estate.yaml")
        with open(estate, "w") as file:
            file.write(ESTATE)
        for number, words in enumerate((["--clock", "real"], ["--clock", "follow"],
                                        [estate, "--clock", "frozen"])):
            path = os.path.join(folder, f"{number}.jsonl")
            with served(binary, *words, "--record", path) as s:
                s.ask("GET", "/v1/sys/health")
                # No mount is at the beginning of these.
                for odd in ("/v1/", "/v1/?list=true", "/v1/%2Fa", "/v1/v1/sys/health"):
                    s.ask("GET", odd)
                if estate in words:
                    lease = s.ask("GET", "/v1/db/creds/ro").json["lease_id"]
                    # It is answered after what is asked later.
                    s.control("POST", "faults", {"backend_slow": "db/", "takes": "1s"})
                    late = threading.Thread(
                        target=s.ask, args=("PUT", "/v1/sys/leases/revoke"),
                        kwargs={"body": {"lease_id": lease, "sync": True}})
                    late.start()
                    while s.control("GET", "requests").json["total"] < 7:
                        pass
                    s.advance(by="100ms")
                    s.ask("GET", "/v1/sys/health")
                    s.advance(by="2s")
                    late.join()
                else:
                    s.ask("GET", "/v1/auth/token/lookup-self")
                    s.ask("GET", "/v1/secret/data/a?version=1&version=2")
            done = subprocess.run([binary, "conform", path], capture_output=True, text=True,
                                  timeout=60)
            with open(path) as file:
                assert done.returncode == 0, done.stdout + done.stderr + file.read()


def test_odd_paths_and_names_are_in_the_scenario(binary):
    with tempfile.TemporaryDirectory() as folder, served(binary, "--clock", "frozen") as s:
        s.ask("GET", "/v1/")
        token = s.ask("POST", "/v1/auth/token/create", {}).json["auth"]["client_token"]
        assert s.control("POST", "handles", {"null": token}).status == 200
        path = os.path.join(folder, "session.yaml")
        with open(path, "w") as file:
            file.write(s.control("GET", "scenario").text)
        done = subprocess.run([binary, "run", path], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_session_that_failed_says_what(binary):
    s = Served(binary, "--clock", "frozen")
    token = s.ask("POST", "/v1/auth/token/create", {}).json["auth"]["client_token"]
    s.control("POST", "handles", {"app": token})
    s.control("POST", "expect", {"app": "expired"})
    status, _, err = s.end()
    assert status == 1 and "not all held; first: app: expected expired, saw alive" in err, err


def test_the_control_token(binary):
    with served(binary, "--control-token", "secret") as s:
        assert s.control("GET", "clock").status == 403
        assert s.control("GET", "clock", headers={"X-Lapse-Token": "secret"}).status == 200
        assert s.ask("GET", "/v1/sys/health").status == 200


def test_steps_and_properties_not_reached_are_listed_and_fail_nothing(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write("lapse: 1\nsteps:\n  - { create: app, ttl: 1h }\n"
                   "  - { expect: { app: expired }, at: 5h }\n"
                   "  - repeat: { times: 3, steps: [ { create: \"b{i}\", after: 1h } ] }\n"
                   "  - { create: last, after: 1h }\n"
                   "sometimes: [ { revoked: [ app ] } ]\n"
                   "eventually: [ { expired: [ app ], within: 2h } ]\n"
                   "always: [ { tokens: { at_most: 9 } }, { alive: [ last ], from: 10h } ]\n")
        file.flush()
        s = Served(binary, file.name, "--clock", "frozen", "--report", "text")
        s.advance(by="10m")
        listed = [e["text"].removeprefix(file.name)
                  for e in json.loads(s.control("GET", "report?format=json").text)["events"]
                  if e["event"] == "warning_raised"]
        assert listed == [
            ":4: not reached: expect at 5h", ":5: not reached: create b1 at 6h",
            ":5: not reached: repeat at 8h", ":6: not reached: create last at 9h",
            ":9: not reached: always { alive: [last], from: 10h }",
            ":8: not reached: eventually { expired: [app], within: 2h }",
            ":7: not reached: sometimes { revoked: [app] }"], listed
        scenario = check_promise(binary, s, of_file=True)
        assert "# Still to come:\n# steps:\n#   - expect: { app: expired }\n" in scenario, scenario
        s.advance(by="380m")
        # In the middle of the repeat.
        assert s.control("POST", "faults", {"outage": "off"}).status == 200
        s.advance(by="10m")
        scenario = check_promise(binary, s, of_file=True)
        assert "create: last" in scenario.partition("# Still to come:")[2], scenario
        status, out, err = s.end()
        assert status == 0 and "PASS" in out and "not reached: create b2 at 7h" in out, (out, err)


STREAMS = """lapse: 1
secrets: { db: { type: database, roles: { ro: { default_ttl: 1h, max_ttl: 4h } } } }
steps:
  - { create: app, ttl: 1h, after: 7m }
  - { keep: app, every: 20m, until: 9h }
  - after: 5m
    repeat:
      times: 4
      steps:
        - { create: "c{i}", ttl: 30m }
        - repeat:
            times: 3
            counter: k
            steps: [ { read: db/creds/ro, save: "l{i}-{k}", after: 11m } ]
  - together: [ { create: x }, { create: y } ]
  - repeat: { every: 13m, until: 8h, counter: z, steps: [ { lookup: app, after: 2m } ] }
  - { create: last, at: 6h, as: app }
"""


def test_a_session_is_a_scenario_at_any_time(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(STREAMS)
        file.flush()
        with served(binary, file.name, "--clock", "frozen") as s:
            for minutes in (3, 5, 10, 25, 40, 77, 60, 100, 45, 200):
                s.advance(by=f"{minutes}m")
                s.ask("POST", "/v1/auth/token/create", {"ttl": "1h"})
                assert s.control("POST", "faults", {"outage": "off"}).status == 200
                assert s.control("POST", "expect", {"tokens": {"at_least": 1}}).json["held"]
                check_promise(binary, s, of_file=True)


if __name__ == "__main__":
    run_tests(globals(), sys.argv[1])
