#!/usr/bin/env python3
"""What a session says of refusals, of what is still open, and at its end; what was in flight at
once; what the control interface refuses.

    verdicts_test.py LAPSE
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading

from replay import check_promise, replayed
from served import Served, run_tests, served

CREATE = ("POST", "/v1/auth/token/create")


def words(text):
    return " ".join(text.split())


def scenario_file(folder, text):
    path = os.path.join(folder, "estate.yaml")
    with open(path, "w") as file:
        file.write(text)
    return path


def test_requests_have_the_names_of_their_tokens(binary):
    with served(binary, "--clock", "frozen") as s:
        s.ask(*CREATE, {"ttl": "1h", "id": "app-token"})
        made = s.ask(*CREATE, {"ttl": "1h"}).json["auth"]
        s.control("POST", "handles", {"app": "app-token", "job": made["client_token"]})
        s.ask("PUT", "/v1/secret/data/a", {"data": {"k": "v"}}, token="app-token")
        s.advance(by="30m")
        s.ask("POST", "/v1/auth/token/revoke-self", {}, token=made["client_token"])
        s.ask("GET", "/v1/secret/data/a", token=made["client_token"])
        s.advance(by="31m")
        s.ask("GET", "/v1/secret/data/a", token="app-token")
        s.ask("GET", "/v1/secret/data/a", token="never-made")
        events = [json.loads(line) for line in s.control("GET", "events").text.splitlines()]
        asked = [e["by"] for e in events if e["event"] == "request_received"]
        names = [made["accessor"], made["accessor"]]
        assert [by for by in asked if by == made["accessor"]] == names and None in asked, asked
        why = [e["refused"]["why"] for e in events if "refused" in e]
        assert why == ["`job` was revoked at 30m: `job` revoked it",
                       "`app` expired at 1h: its own TTL ran out",
                       "its token does not exist"], why
        told = s.control("GET", "report").text
        assert told.count("unknown") == 1 and re.search(r"30m +job +! 403", told), told
        check_promise(binary, s)


def test_an_id_that_is_chosen_again_names_the_later_token(binary):
    with served(binary, "--clock", "frozen") as s:
        s.ask(*CREATE, {"ttl": "1h", "id": "app"})
        s.advance(by="2h")
        s.ask(*CREATE, {"ttl": "1h", "id": "app"})
        s.control("POST", "handles", {"second": "app"})
        assert s.ask("GET", "/v1/auth/token/lookup-self", token="app").status == 200
        s.advance(by="2h")
        s.ask("GET", "/v1/auth/token/lookup-self", token="app")
        assert "`second` expired at 3h" in words(s.control("GET", "report").text)
        check_promise(binary, s)


def test_refusals_are_listed(binary):
    with served(binary, "--clock", "frozen") as s:
        assert s.ask("GET", "/v1/secret/data/none").status == 404
        s.control("POST", "faults", {"outage": {"status": 503, "for": "1m"}})
        assert s.ask("GET", "/v1/secret/data/none").status == 503
        told = words(s.control("GET", "report").text)
        assert "REFUSED, AND NO EXPECTATION SPOKE OF IT" in told, told
        assert "request GET secret/data/none answered 503 an outage" in told, told
        first = "2 requests refused, first: 503 request GET secret/data/none: an `outage` from 0s"
        assert first in told, told
        assert "PASS" in told
        check_promise(binary, s)


def test_what_a_strict_file_says_is_the_exit_status_too(binary):
    with tempfile.TemporaryDirectory() as folder:
        file = scenario_file(folder, "lapse: 1\nserver: { root: dev }\nstrict: true\n"
                                     "steps: [ { create: app }, { expect: { app: alive } } ]\n")
        s = Served(binary, file, "--clock", "frozen", "--report", "text")
        status, out, _ = s.end()
        assert status == 0 and "PASS" in out, out
        s = Served(binary, file, "--clock", "frozen", "--report", "text")
        s.ask("GET", "/v1/secret/nothing")
        status, out, _ = s.end()
        assert status == 1 and "FAIL" in out, out


def test_what_is_open_fails_neither_the_session_nor_its_scenario(binary):
    with tempfile.TemporaryDirectory() as folder:
        file = scenario_file(folder, "lapse: 1\nserver: { root: dev }\n"
                                     "steps: [ { create: app, ttl: 1h } ]\n"
                                     "eventually: [ { expired: [ app ], within: 2h },"
                                     " { alive: [ app ] } ]\n"
                                     "sometimes: [ { tokens: 7 } ]\n")
        with served(binary, file, "--clock", "frozen") as s:
            s.control("POST", "expect", {"eventually": {"tokens": 1}})
            s.control("POST", "expect", {"sometimes": {"tokens": 2}})
            s.control("POST", "expect", {"never": {"tokens": 9}})
            s.advance(by="10m")
            scenario = check_promise(binary, s, of_file=True)
            done, _, to_come = scenario.partition("# Still to come:\n")
            assert "within: 2h" not in done and "{ alive: [app] }" in done, scenario
            assert "within: 2h" in to_come and "tokens: 1" in to_come, scenario
            assert "tokens: 7" in to_come and "tokens: 2," in done, scenario
            told = json.loads(replayed(binary, scenario))
            assert not [e for e in told["events"] if e["event"] == "rule_broken"], told
            warned = [e["text"] for e in json.loads(
                s.control("GET", "report?format=json").text)["events"]
                      if e["event"] == "warning_raised"]
            assert len([w for w in warned if "not reached: " in w]) == 3, warned
            s.advance(by="1h")
            done = check_promise(binary, s, of_file=True).partition("# Still to come:")[0]
            assert "within: 2h" in done and "tokens: 1," in done, done


def test_each_world_is_recorded(binary):
    with tempfile.TemporaryDirectory() as folder:
        taken = scenario_file(folder, "lapse: 1\nserver: { root: dev, root_token_id: root }\n")
        os.rename(taken, os.path.join(folder, "s.2.jsonl"))
        path = os.path.join(folder, "s.jsonl")
        with served(binary, os.path.join(folder, "s.2.jsonl"), "--clock", "frozen", "--record",
                    path) as s:
            for ttl in ("1h", "2h", "3h"):
                assert s.ask(*CREATE, {"ttl": ttl}).status == 200
                if ttl != "3h":
                    assert s.control("POST", "reset").status == 200
        files = sorted(os.listdir(folder))
        # What is read is not written over.
        assert files == ["s.2.jsonl", "s.3.jsonl", "s.4.jsonl", "s.jsonl"], files
        for name, ttl in (("s.jsonl", "1h"), ("s.3.jsonl", "2h"), ("s.4.jsonl", "3h")):
            with open(os.path.join(folder, name)) as file:
                assert f'"ttl":"{ttl}"' in file.read(), name
        done = subprocess.run([binary, "conform", path, os.path.join(folder, "s.3.jsonl")],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout


def test_a_world_lives_a_century(binary):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s.jsonl")
        with served(binary, "--clock", "frozen", "--record", path) as s:
            for beyond in ({"by": "36526d"}, {"by": "9999999999h"},
                           {"to": "2126-01-02T00:00:01Z"}):
                refused = s.control("POST", "clock/advance", beyond)
                assert refused.status == 400 and "century" in refused.text, refused
            refused = s.control("POST", "clock/sleep", {"for": "36526d"})
            assert refused.status == 400 and "century" in refused.text, refused
            assert s.control("GET", "clock").json["elapsed"] == "0s"
            assert s.advance(by="36525d").status == 200
            assert s.advance(by="1ns").status == 400
            assert s.ask(*CREATE, {"ttl": "1h"}).status == 200
            assert s.advance(to="next").status == 409
        done = subprocess.run([binary, "conform", path], capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == 0, done.stdout
    with served(binary, "--clock", "follow") as s:
        s.ask("GET", "/v1/sys/health", headers={"X-Lapse-Now": "2026-01-01T00:00:00Z"})
        late = s.ask("GET", "/v1/sys/health", headers={"X-Lapse-Now": "2200-01-01T00:00:00Z"})
        assert late.status == 400 and "century" in late.text, late


def test_requests_in_flight_at_once_are_together(binary):
    with served(binary, "--clock", "frozen") as s:
        assert s.ask(*CREATE, {"ttl": "1h"}).status == 200
        # Answers come late: nobody can have known another's.
        s.control("POST", "faults", {"slow": {"takes": "1s"}})
        clients = [threading.Thread(target=s.ask, args=(*CREATE, {"ttl": f"{n}h"}))
                   for n in (2, 3)]
        for client in clients:
            client.start()
        s.control("GET", "wait?request=POST+auth/token/create&count=3&timeout=60s")
        s.advance(by="1s")
        for client in clients:
            client.join()
        s.control("POST", "faults", {"slow": "off"})
        assert s.ask(*CREATE, {"ttl": "4h"}).status == 200
        assert s.ask(*CREATE, {"ttl": "5h"}).status == 200
        scenario = check_promise(binary, s)
        assert scenario.count("together:") == 1, scenario
        assert "root_token_id: root" in scenario, scenario
        beside = scenario.partition("together:")[2].partition("    at:")[0]
        assert beside.count("request:") == 2 and "4h" not in beside, scenario


def test_a_call_says_nothing_that_is_not_known(binary):
    with served(binary, "--clock", "frozen") as s:
        for path, said in (("clock?x", "takes no query"), ("report?fromat=json", "`format`"),
                           ("wait?request=x&request=y", "twice"), ("deadlines?whithin=1h",
                                                                  "`within`")):
            refused = s.control("GET", path)
            assert refused.status == 400 and said in refused.text, refused
        for path, body, said in (("clock", '{"mode": "frozen", "rat": 1}', "`rate`"),
                                 ("clock/advance", '{"by": "1h", "by": "2h"}', "twice"),
                                 ("clock/advance", '{"by": "1h", "until": 1}', "`at_most`"),
                                 ("handles", '{"a": "root", "a": "root"}', "twice"),
                                 ("faults", '{"seal": false}', "unseal"),
                                 ("reset", '{"hard": true}', "takes no body")):
            refused = s.control("POST", path, raw=body)
            assert refused.status == 400 and said in refused.text, refused
        assert s.control("GET", "clock").json["elapsed"] == "0s"


def test_next_says_which_property_is_due(binary):
    with served(binary, "--clock", "frozen") as s:
        s.control("POST", "expect", {"never": {"status": 500, "from": "2h", "to": "3h"}})
        due = s.control("GET", "clock").json["next"]
        assert due["what"] == "property" and "never" in due["whom"], due
        env = dict(os.environ, LAPSE_ADDR=s.address)
        told = subprocess.run([binary, "clock"], capture_output=True, text=True, timeout=60,
                              env=env).stdout
        assert "next     in 2h: property never" in told, told


if __name__ == "__main__":
    run_tests(globals(), sys.argv[1])
