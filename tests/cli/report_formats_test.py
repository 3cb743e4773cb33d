"""Each report format is read by a tool that knows nothing of lapse, for every shipped scenario and
for one whose texts are hostile; and what is said of several scenarios, jobs and memory holds.

Usage: report_formats_test.py SOURCE_DIR BINARY. Exit 77 (skipped) where a tool is missing and all
else holds."""

import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

MISSING = []
try:
    import jsonschema
except ImportError:
    MISSING.append("python3-jsonschema")
try:
    import junitparser
except ImportError:
    MISSING.append("python3-junitparser")
try:
    from prometheus_client.openmetrics import parser as openmetrics
except ImportError:
    MISSING.append("python3-prometheus-client")
if not shutil.which("dot"):
    MISSING.append("graphviz")

EXTENSIONS = {"text": "txt", "json": "json", "md": "md", "junit": "xml", "audit": "log",
              "dot": "dot", "mermaid": "mmd", "trace": "trace.json", "csv": "csv",
              "openmetrics": "prom", "html": "html"}
DOCUMENTS = ("html", "dot", "mermaid", "trace", "csv", "openmetrics")
# Larger trees take Graphviz seconds; one of them is enough.
DOT_BYTES_MAX = 60_000

NASTY = ["<script>alert(1)</script>", 'a"b\'c\\', "x | y `code` ``two``",
         "@somebody #1 https://e.x",
         "line\nbreak\r\ttab\x1b[31m\x01", "\ufffe\uffff\u202e", "&lt;&#35;]]>%%{init: {}}%%",
         "=cmd()\n# EOF", "`", "\\", "-->\"]:::x"]


def hostile_scenario():
    """JSON is YAML, with escapes for all that cannot stand in a file."""
    everything = " ".join(NASTY)
    steps = []
    for number, text in enumerate(NASTY):
        steps += [{"create": f"t{number}", "ttl": "1h", "meta": {text: text}, "display_name": text},
                  {"request": {"method": "GET", "path": "cubbyhole/" + text},
                   "expect": {"status": 200, "error": text}}]
    steps.append({"expect": {f"t{n}": "dead" for n in range(len(NASTY))}, "at": "59m"})
    return json.dumps({"lapse": 1, "name": everything, "about": everything, "steps": steps})


class Check:
    def __init__(self, source, binary):
        self.source = source
        self.binary = binary
        self.failures = []
        self.count = 0

    def that(self, held, text):
        self.count += 1
        if not held:
            self.failures.append(text)

    def run(self, *arguments, **options):
        return subprocess.run([self.binary, "run", *map(str, arguments)], cwd=self.source,
                              check=False,
                              capture_output=True, stdin=subprocess.DEVNULL, **options)


# -- one reader per format -------------------------------------------------------------------------

def read_trace(check, path, schema):
    trace = json.loads(path.read_text())
    events = trace["traceEvents"]
    if schema:
        shown = dict(trace, traceEvents=events[:300] + events[-300:])
        for error in schema.iter_errors(shown):
            check.that(False, f"{path}: {list(error.absolute_path)}: {error.message[:200]}")
    tracks = [(e["pid"], e["tid"]) for e in events if e["ph"] == "M" and e["name"] == "thread_name"]
    lives = [(e["pid"], e["tid"]) for e in events if e["ph"] == "X"]
    check.that(tracks == lives and len(set(lives)) == len(lives), f"{path}: not one life per track")
    spans = {(e["pid"], e["tid"]): (e["ts"], e["ts"] + e["dur"]) for e in events if e["ph"] == "X"}
    ends = {"s": {}, "f": {}}
    for event in events:
        if event["ph"] in ends:
            ends[event["ph"]][event["id"]] = event
            begin, end = spans[event["pid"], event["tid"]]
            check.that(begin <= event["ts"] < end, f"{path}: an arrow beside its life")
    check.that(ends["s"].keys() == ends["f"].keys(), f"{path}: half an arrow")


def read_csv(check, path):
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines, strict=True))
    times = [int(row["time_ns"]) for row in rows]
    check.that(times == sorted(set(times)), f"{path}: times do not ascend")
    for row in rows:
        check.that(None not in row and None not in row.values() and
                   int(row["tokens_live"]) <= int(row["tokens_created"]) and
                   int(row["secret_leases_live"]) <= int(row["secret_leases_created"]) and
                   int(row["secret_leases"]) <= int(row["leases"]), f"{path}: row {row}")
    return rows[-1]


def read_openmetrics(check, path):
    if "python3-prometheus-client" in MISSING:
        return {}
    values = {}
    for family in openmetrics.text_string_to_metric_families(path.read_text()):
        for sample in family.samples:
            values[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    check.that(len(values) > 10, f"{path}: only {len(values)} samples")
    return values


def total(values, name, **labels):
    return sum(value for (sample, its), value in values.items()
               if sample == name and labels.items() <= dict(its).items())


def read_junit(check, path, failed):
    root = xml.etree.ElementTree.parse(path).getroot()
    check.that(root.tag == "testsuites" and len(root) == 1, f"{path}: not one suite")
    if "python3-junitparser" not in MISSING:
        parsed = junitparser.JUnitXml.fromfile(str(path))
        bad = [case for suite in parsed for case in suite if case.result]
        check.that(bool(bad) == failed, f"{path}: {len(bad)} failed cases")
        check.that(all(suite.failures == len(bad) for suite in parsed), f"{path}: wrong count")


def read_dot(check, path):
    text = path.read_text()
    if "graphviz" in MISSING or len(text) > DOT_BYTES_MAX:
        return
    drawn = subprocess.run(["dot", "-Tsvg", path], capture_output=True, check=False)
    check.that(drawn.returncode == 0 and not drawn.stderr, f"{path}: dot: {drawn.stderr[:300]}")
    picture = xml.etree.ElementTree.fromstring(drawn.stdout)
    nodes = [e for e in picture.iter("{http://www.w3.org/2000/svg}g") if e.get("class") == "node"]
    check.that(len(nodes) == len(re.findall(r"^  n\d+ \[", text, re.M)),
               f"{path}: nodes are missing")


MERMAID_LINE = re.compile(
    r'  n\d+(\["[^"`<>{}%]*(<br/>[^"`<>{}%]*)*"\]|\("[^"`<>{}%]*(<br/>[^"`<>{}%]*)*"\)):::\w+'
    r"|  n\d+ --> n\d+|  classDef \w+ [\w:#,\- ]+")


def read_mermaid(check, path):
    lines = path.read_text().splitlines()
    check.that(lines[0].startswith("%% lapse: tree at ") and lines[1] == "flowchart LR",
               f"{path}: head")
    for line in lines[2:]:
        check.that(MERMAID_LINE.fullmatch(line), f"{path}: {line}")
    check.that(len(path.read_text()) < 50_000 and sum("-->" in line for line in lines) < 500,
               f"{path}: too large for Mermaid")


def read_markdown(check, path):
    text = path.read_text()
    check.that(len(text) < 65_536 and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text),
               f"{path}: {len(text)}")
    outside = re.sub(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", text, flags=re.S)
    # What is folded has tags of its own.
    outside = re.sub(r"<details><summary>[\w, ]+</summary>|</details>", "", outside)
    check.that(not re.search(r"[`@<]|://", outside), f"{path}: outside of code: {outside[:300]}")


# -- one scenario ----------------------------------------------------------------------------------

def check_scenario(check, scenario, folder, schemas, failed=False):
    place = {name: folder / f"{name}.{extension}" for name, extension in EXTENSIONS.items()}
    arguments = [scenario]
    for name, path in place.items():
        arguments += ["--report", f"{name}={path}"]
    ran = check.run(*arguments)
    check.that(ran.returncode == int(failed),
               f"{scenario}: exit {ran.returncode}: {ran.stderr[:300]}")
    report = json.loads(place["json"].read_text())
    dead = {"tokens": 0, "leases": 0}
    for kind in dead:
        dead[kind] = sum(life["state"] != "alive" for life in report[kind])
    last = read_csv(check, place["csv"])
    for kind in dead:
        alive = len(report[kind]) - dead[kind]
        column = "tokens_live" if kind == "tokens" else "secret_leases_live"
        check.that(int(last[column]) == alive,
                   f"{scenario}: csv counts {kind} {last}, not {alive}")
    read_trace(check, place["trace"], schemas.get("trace"))
    values = read_openmetrics(check, place["openmetrics"])
    if values:
        check.that(total(values, "lapse_ended_total") == sum(dead.values()), f"{scenario}: ended")
        check.that(total(values, "lapse_lived_seconds_count") == sum(dead.values()),
                   f"{scenario}: lived")
        check.that(total(values, "lapse_run_passed") == int(not failed), f"{scenario}: verdict")
    read_junit(check, place["junit"], failed)
    read_dot(check, place["dot"])
    read_mermaid(check, place["mermaid"])
    read_markdown(check, place["md"])
    if schemas:
        report["events"] = report["events"][:100]
        check.that(schemas["report"].is_valid(dict(report, tokens=report["tokens"][:100],
                                                   leases=report["leases"][:100])),
               f"{scenario}: json")


# -- several scenarios -----------------------------------------------------------------------------

def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def check_folder(check, scenarios, scratch):
    """A folder's reports are the same bytes however many run at once, and in file order."""
    seen = []
    for jobs in (1, 4):
        out = scratch / f"jobs-{jobs}"
        (out / "there").mkdir(parents=True)
        arguments = [scenarios, "--jobs", jobs]
        for name in EXTENSIONS:
            path = f"{out}/{name}/" if name in DOCUMENTS else out / f"all.{EXTENSIONS[name]}"
            arguments += ["--report", f"{name}={path}"]
        ran = check.run(*arguments, "--report", f"json={out}/there")
        check.that(ran.returncode == 2, f"--jobs {jobs}: {ran.returncode} {ran.stderr[:500]}")
        seen.append((ran.stdout, ran.stderr, contents(out)))
    check.that(seen[0] == seen[1], "what is written depends on --jobs")
    out, errors, files = seen[0]
    lines = out.decode().splitlines()
    check.that(lines[-1] == "3 passed, 1 failed, 1 with errors", f"{lines}")
    check.that([line.split()[0] for line in lines if line[0] != " "][:5] ==
               ["PASS", "PASS", "ERROR", "FAIL", "PASS"], f"{lines}")
    check.that(errors and all(b"broken.yaml:1" in line for line in errors.splitlines()),
               f"{errors}")
    suites = xml.etree.ElementTree.fromstring(files["all.xml"])
    check.that([suite.get("errors") for suite in suites] == ["0", "0", "1", "0", "0"],
               "junit: suites")
    check.that(len(re.findall(rb"^- PASS ", files["all.md"], re.M)) == 3 and
               len(re.findall(rb"^### lapse: FAIL ", files["all.md"], re.M)) == 1, "md: sections")
    for name in DOCUMENTS + ("there",):
        found = [path for path in files if path.startswith(name + "/")]
        check.that(len(found) == 4, f"{name}: {found}")
    check.that(any(path.endswith("a-b-2.csv") for path in files),
               f"names that meet: {sorted(files)}")
    one = files[next(path for path in files if path.startswith("there/"))]
    check.that(json.loads(one)["schema_version"] == 1, "a folder holds documents")


def check_usage(check, scenarios, scratch):
    for name in DOCUMENTS:
        for report in (name, f"{name}={scratch}/one.{name}"):
            ran = check.run(scenarios, "--report", report)
            check.that(ran.returncode == 2 and b"name a folder" in ran.stderr and
                       f"--report {name}=".encode() in ran.stderr, f"{report}: {ran.stderr}")
    good = scenarios / "a/b.yaml"
    for arguments, text in (
            ([good, "--at", "1h"], b"--at"), ([good, "--at", "soon", "--report", "dot"], b"--at"),
            ([good, "--jobs", "0"], b"--jobs"), ([good, "--jobs", "x"], b"--jobs"),
            ([good, "--report", "opnmetrics"], b"did you mean `openmetrics`"),
            ([good, "--report", "junit", "--report", "text"], b"give a PATH"),
            ([good, "--report", f"csv={scratch}/x/", "--report", f"csv={scratch}/x/"],
             b"another report"),
            ([good, "--report", f"csv={good}/"], b"cannot write")):
        ran = check.run(*arguments)
        check.that(ran.returncode == 2 and text in ran.stderr, f"{arguments}: {ran.stderr}")


def check_many_failures(check, scratch):
    """A comment fits though hundreds of scenarios fail in it."""
    folder = scratch / "failing"
    folder.mkdir()
    for number in range(150):
        steps = [{"create": "a", "ttl": "1h"}] + [{"expect": {"a": "dead"}} for _ in range(30)]
        (folder / f"{number:03}.yaml").write_text(json.dumps(
            {"lapse": 1, "name": "f", "steps": steps}))
    page = scratch / "many.md"
    ran = check.run(folder, "--report", f"md={page}")
    check.that(ran.returncode == 1, f"{ran.stderr[:300]}")
    read_markdown(check, page)
    check.that(re.search(r"… and \d+ more scenarios, \d+ of them failed", page.read_text()),
               "md: no count")


def check_no_room(check, scratch):
    """Where there is no room to wait for the turn, no half of a report appears."""
    folder = scratch / "large"
    folder.mkdir()
    for number in range(2):
        write_rounds(folder / f"{number}.yaml", 2000)
    report = scratch / "no-room.json"
    ran = check.run(folder, "--report", f"json={report}",
                    env=dict(os.environ, TMPDIR="/no/such/folder"))
    check.that(ran.returncode == 2 and b"temporary file" in ran.stderr, f"no room: {ran.stderr}")
    check.that(not report.exists() and not list(scratch.glob("no-room*")), "half a report was left")


def check_terminal(check, scenarios):
    """On a terminal only a line of progress stands beside the errors, and it does not stay."""
    ours, its = os.openpty()
    ran = subprocess.Popen([check.binary, "run", scenarios], stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=its)
    os.close(its)
    seen = b""
    try:
        while chunk := os.read(ours, 4096):
            seen += chunk
    except OSError:
        pass  # the other side is closed
    os.close(ours)
    ran.wait()
    rest = re.sub(rb"\r\x1b\[K(\d+ of \d+ scenarios)?", b"", seen).replace(b"\r\n", b"\n")
    check.that(rest == check.run(scenarios).stderr, f"terminal: {seen}")


# -- memory ----------------------------------------------------------------------------------------

def write_rounds(path, rounds):
    """A run of about 7 events a round about two tokens."""
    steps = [{"create": "a", "ttl": "700h"}, {"create": "b", "as": "a", "ttl": "700h"},
             {"repeat": {"times": rounds, "every": "1s", "steps": [
                 {"lookup": "b", "as": "a"}, {"lookup": "a", "as": "b"},
                 {"renew": "b", "as": "a"}]}}]
    path.write_text(json.dumps({"lapse": 1, "name": "many events", "steps": steps}))


def peak_kb(check, scratch, rounds):
    """Peak memory of such a run with every format at once."""
    path = scratch / f"rounds-{rounds}.yaml"
    write_rounds(path, rounds)
    arguments = [check.binary, "run", str(path)]
    for name in EXTENSIONS:
        arguments += ["--report", f"{name}=/dev/null"]
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    check.that(process.returncode == 0, f"{rounds} rounds: exit {process.returncode}")
    return usage.ru_maxrss


def check_memory(check, scratch):
    # A sanitizer keeps freed memory aside on purpose.
    if b"__asan_init" in pathlib.Path(check.binary).read_bytes():
        return
    few, many = peak_kb(check, scratch, 500), peak_kb(check, scratch, 10_000)
    check.that(many < few + 4096,
               f"peak memory grows with events: {few} kB, 20 times as many: {many} kB")


def main(source, binary):
    check = Check(source, binary)
    schemas = {}
    if "python3-jsonschema" not in MISSING:
        for name, file in (("trace", "trace-1.schema.json"), ("report", "report-1.schema.json")):
            schema = json.loads((source / "reports/schemas" / file).read_text())
            jsonschema.Draft202012Validator.check_schema(schema)
            schemas[name] = jsonschema.Draft202012Validator(schema)
    shipped = sorted((source / "scenarios").rglob("*.yaml"))
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for scenario in shipped:
            check_scenario(check, scenario.relative_to(source), scratch, schemas)
        hostile = scratch / "hostile.yaml"
        hostile.write_text(hostile_scenario())
        check_scenario(check, hostile, scratch, schemas, failed=True)
        scenarios = scratch / "scenarios"
        (scenarios / "a").mkdir(parents=True)
        for file in ("a-b", "a/b", "d"):
            shutil.copy(shipped[0], scenarios / f"{file}.yaml")
        shutil.copy(hostile, scenarios / "c.yaml")
        (scenarios / "broken.yaml").write_text("no: scenario\n")
        check_folder(check, scenarios, scratch)
        check_usage(check, scenarios, scratch)
        check_many_failures(check, scratch)
        check_no_room(check, scratch)
        check_terminal(check, scenarios)
        check_memory(check, scratch)
    print("\n".join(check.failures[:40])
          or f"{check.count} checks of {len(shipped)} scenarios and more")
    if check.failures:
        return 1
    if MISSING:
        print(f"skipped in part: without {', '.join(MISSING)}")
        return 77
    return 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
