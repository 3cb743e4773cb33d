"""The promise of a session's export: as a scenario, it has the same events again."""

import json
import os
import subprocess
import tempfile

# Names and refusals are told where they come, and verdicts where they fall.
NOT_COMPARED = {"handle_bound", "unexpected_refusal", "expected_refusal",
                "expectation_failed", "rule_broken"}


def events_of(report, but=frozenset()):
    """What was not reached is a verdict on the session alone."""
    return [json.dumps(e) for e in json.loads(report)["events"]
            if e["event"] not in NOT_COMPARED | but and ": not reached: " not in e.get("text", "")]


def replayed(binary, scenario):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "session.yaml")
        with open(path, "w") as file:
            file.write(scenario)
        done = subprocess.run([binary, "run", path, "--report", "json"], capture_output=True,
                              text=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def check_promise(binary, s, of_file=False):
    """The session, written as a scenario and run, has the same events, byte for byte. Warnings
    about a file name its lines."""
    told = s.control("GET", "report?format=json").text
    scenario = s.control("GET", "scenario").text
    again = replayed(binary, scenario)
    but = {"warning_raised"} if of_file else set()
    assert events_of(told, but) == events_of(again, but), scenario
    return scenario
