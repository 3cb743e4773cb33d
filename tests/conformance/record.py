#!/usr/bin/env python3
"""Records a transcript from a Vault or OpenBao server.

The plan is a file of JSON lines. Each is a request to send:

    {"at": 0.5, "as": "$root", "method": "POST", "path": "auth/token/create",
     "body": {"ttl": "3s"}, "save": "a"}

with the keys of a transcript's lines (README.md beside this script): `at` in seconds since the
start, `as` a symbol, a token or null, and optionally `body` or `raw` (the body as it is sent),
`headers`, `save`. A first line
without `at` may give `name`, `about`, `server` and `config`. `sim` lines are copied: whoever takes
a backend down at that time says so there. The server should be fresh: a transcript has no hidden
state.

    bao server -dev -dev-root-token-id=root &
    VAULT_TOKEN=root record.py --address http://127.0.0.1:8200 plan.jsonl > mine.jsonl
    lapse conform mine.jsonl

Values that change from run to run become symbols, `$any` or instants. Look through the result:
fields of engines this script does not know may need `"$any"` by hand (or --any KEY), and lines that
come out differently in a second recording `"loose": true`.
"""

import argparse
import datetime
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request

TOKEN = re.compile(r"(hv)?[sb]\.[A-Za-z0-9_-]{20,}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
SYMBOL = re.compile(r"\$[A-Za-z_][A-Za-z0-9_.-]*")
INNER_SYMBOL = re.compile(r"\{(\$[A-Za-z_][A-Za-z0-9_.-]*)\}")

# Unix seconds, where the server does not write RFC 3339.
UNIX_KEYS = {"creation_time", "last_renewal_time"}
# Anything may stand here in the next recording.
ANY_KEYS = {"entity_id", "username", "password", "serial_number", "certificate", "private_key",
            "issuing_ca", "ca_chain", "issuer_id", "key_id", "secret_id_accessor", "uuid",
            "expiration", "not_before"}
# Their answers name the cluster and the build.
LOOSE_PATHS = ("sys/health", "sys/unseal", "sys/seal-status", "sys/leader")
# Shorter values are not looked for inside other strings.
INNER_LENGTH_MIN = 16


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer like any other."""

    def redirect_request(self, *_):
        return None


class Client:
    """Sends requests as they are and returns status and body."""

    def __init__(self, address, timeout):
        self.address = address.rstrip("/")
        self.timeout = timeout
        self.opener = urllib.request.build_opener(NoRedirects)

    def send(self, method, path, token=None, body=None, headers=None, raw=None):
        data = None if body is None else json.dumps(body).encode()
        if raw is not None:
            data = raw.encode()
        request = urllib.request.Request(self.address + "/v1/" + path, data=data, method=method)
        request.add_header("X-Vault-Request", "true")
        if data is not None:
            request.add_header("Content-Type", "application/merge-patch+json"
                               if method == "PATCH" else "application/json")
        if token is not None:
            request.add_header("X-Vault-Token", token)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            status, text = answer.code, answer.read()
        if not text.strip():
            return status, None
        try:
            return status, json.loads(text)
        except ValueError:
            return status, {"$raw": text.decode("utf-8", "replace")}


class Symbols:
    """Which symbol stands for which value, both ways."""

    def __init__(self):
        self.values = {}
        self.names = {}
        self.counts = {}

    def bind(self, name, value):
        """A value keeps its first name, a name its first value."""
        if isinstance(value, str) and value and value not in self.names and name not in self.values:
            self.values[name] = value
            self.names[value] = name

    def first_seen(self, kind, value):
        if value not in self.names:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.bind("$%s%d" % (kind, self.counts[kind]), value)
        return self.names[value]

    def save(self, prefix, reply):
        auth, wrap = reply.get("auth") or {}, reply.get("wrap_info") or {}
        data = reply.get("data") if isinstance(reply.get("data"), dict) else {}
        name = "$" + prefix
        for source, key in ((auth, "client_token"), (wrap, "token")):
            self.bind(name, source.get(key))
        for source in (auth, wrap):
            self.bind(name + ".accessor", source.get("accessor"))
        self.bind(name + ".wrapped_accessor", wrap.get("wrapped_accessor"))
        lease = reply.get("lease_id") or ""
        self.bind(name + ".lease", lease)
        self.bind(name + ".lease_tail", lease.rpartition("/")[2])
        for key in ("role_id", "secret_id"):
            self.bind(name + "." + key, data.get(key))

    def fill(self, value):
        """Symbols to values, in anything that is sent; unbound ones stay as they are."""
        if isinstance(value, str):
            if SYMBOL.fullmatch(value):
                return self.values.get(value, value)
            return INNER_SYMBOL.sub(lambda m: self.values.get(m.group(1), m.group(1)), value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return value


class Masker:
    """Replaces what another recording would show otherwise."""

    def __init__(self, symbols, start_unix, any_keys):
        self.symbols = symbols
        self.start_unix = start_unix
        self.any_keys = any_keys

    def instant(self, unix):
        return {"$t": round(unix - self.start_unix, 1)}

    def mask(self, value, key=""):
        if isinstance(value, dict):
            return {self.inner(name): self.mask(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.mask(item, key) for item in value]
        if key in self.any_keys and value not in (None, "", 0):
            return "$any"
        if key in UNIX_KEYS and isinstance(value, int) and value > 0:
            return self.instant(value)
        return self.text(value, key) if isinstance(value, str) else value

    def text(self, value, key):
        if value in self.symbols.names:
            return self.symbols.names[value]
        if TOKEN.fullmatch(value):
            return self.symbols.first_seen("token", value)
        if key == "accessor" and value:
            return self.symbols.first_seen("accessor", value)
        found = INSTANT.fullmatch(value)
        if found and not value.startswith("0001-"):
            day = datetime.datetime.fromisoformat(
                found.group(1) + found.group(3).replace("Z", "+00:00"))
            return self.instant(day.timestamp() + float(found.group(2) or 0))
        if UUID.fullmatch(value):
            return "$any"
        return self.inner(value)

    def inner(self, value):
        for known, name in sorted(self.symbols.names.items(), key=lambda pair: -len(pair[0])):
            if len(known) >= INNER_LENGTH_MIN and known in value:
                value = value.replace(known, "{%s}" % name)
        return value


def read_plan(lines):
    """The header's fields and the requests of a plan; ValueError names the line."""
    header, requests = {}, []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise ValueError("line %d: not JSON: %s" % (number, error))
        if not isinstance(entry, dict):
            raise ValueError("line %d: not a JSON object" % number)
        if "at" not in entry and not requests and not header:
            header = entry
            continue
        if not isinstance(entry.get("at"), (int, float)) or entry["at"] < 0:
            raise ValueError("line %d: `at` is not a time in seconds" % number)
        if requests and entry["at"] < requests[-1]["at"]:
            raise ValueError("line %d: `at` is earlier than on the line before" % number)
        if "sim" not in entry and not (isinstance(entry.get("method"), str)
                                       and isinstance(entry.get("path"), str)):
            raise ValueError("line %d: needs `method` and `path`" % number)
        if not isinstance(entry.get("raw", ""), str) or ("raw" in entry and "body" in entry):
            raise ValueError("line %d: `raw` is a string, without a `body` beside it" % number)
        requests.append(entry)
    return header, requests


def wait_for_whole_second(client):
    """Waits for the next whole second of the server's clock.

    Returns that Unix second, and its monotonic time. sys/health tells the second; polling finds
    when it changes. A server that does not tell is taken to have our clock.
    """
    def server_second():
        try:
            reply = client.send("GET", "sys/health")[1]
            return (reply or {}).get("server_time_utc")
        except (OSError, ValueError):
            return None

    first = server_second()
    give_up = time.monotonic() + 2.5
    while isinstance(first, int) and time.monotonic() < give_up:
        sent = time.monotonic()
        second = server_second()
        if second != first and isinstance(second, int):
            return second, (sent + time.monotonic()) / 2
        time.sleep(0.002)
    now, start = time.time(), time.monotonic()
    second = int(now) + 1
    time.sleep(second - now)
    return second, start + (second - now)


def record(client, header, requests, root, unseal_key, any_keys, out):
    symbols = Symbols()
    symbols.bind("$root", root)
    symbols.bind("$unseal_key", unseal_key)
    start_unix, start = wait_for_whole_second(client)
    masker = Masker(symbols, start_unix, any_keys)
    sent_at = 0.0

    def write(entry):
        out.write(json.dumps(entry, separators=(",", ":"), ensure_ascii=False) + "\n")
        out.flush()

    write({"transcript": 2, "name": header.get("name", "recorded"),
           "about": header.get("about", ""),
           "server": header.get("server", ""), "config": header.get("config", {})})
    for entry in requests:
        time.sleep(max(0.0, start + entry["at"] - time.monotonic()))
        if "sim" in entry:
            # Not before the request above it, which may have been sent later than planned.
            write({"at": max(entry["at"], sent_at), "sim": entry["sim"]})
            continue
        sent = time.monotonic()
        status, reply = client.send(entry["method"], symbols.fill(entry["path"]),
                                    symbols.fill(entry.get("as")), symbols.fill(entry.get("body")),
                                    symbols.fill(entry.get("headers")),
                                    symbols.fill(entry.get("raw")))
        took = time.monotonic() - sent
        sent_at = round(sent - start, 3)
        line = {"at": sent_at, "as": entry.get("as"), "method": entry["method"],
                "path": entry["path"]}
        line.update({key: entry[key] for key in ("body", "raw", "headers", "save")
                     if entry.get(key) is not None})
        line["status"] = status
        if reply is not None:
            reply.pop("request_id", None)
            if entry.get("save"):
                symbols.save(entry["save"], reply)
            line["reply"] = masker.mask(reply)
        line["took"] = round(took, 3)
        if entry.get("loose") or entry["path"].startswith(LOOSE_PATHS):
            line["loose"] = True
        write(line)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0],
                                     epilog="The head of this script describes the format of PLAN.")
    parser.add_argument("plan", metavar="PLAN", help="requests as JSON lines, - for standard input")
    parser.add_argument("--address",
                        default=os.environ.get("BAO_ADDR") or os.environ.get("VAULT_ADDR")
                        or "http://127.0.0.1:8200",
                        help="default: $BAO_ADDR, $VAULT_ADDR, or %(default)s")
    parser.add_argument("--token",
                        default=os.environ.get("BAO_TOKEN") or os.environ.get("VAULT_TOKEN")
                        or "root",
                        help="what $root stands for; default: $BAO_TOKEN, $VAULT_TOKEN, or root")
    parser.add_argument("--unseal-key", default="", help="what $unseal_key stands for")
    parser.add_argument("--any", metavar="KEY", action="append", default=[],
                        help="a key whose values differ from run to run; may be repeated")
    parser.add_argument("--timeout", type=float, default=60,
                        help="seconds per request (default 60)")
    options = parser.parse_args(arguments)
    try:
        if options.plan == "-":
            header, requests = read_plan(sys.stdin)
        else:
            with open(options.plan, encoding="utf-8") as plan:
                header, requests = read_plan(plan)
        record(Client(options.address, options.timeout), header, requests, options.token,
               options.unseal_key, ANY_KEYS | set(options.any), sys.stdout)
    except (OSError, ValueError) as error:
        print("record.py: %s" % error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
