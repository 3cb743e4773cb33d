#include "command.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/first_example.hpp"

#include <string>

// Each block of the format's page, and each row of its tables as a scenario of a few lines.

namespace {

const std::string properties = R"(
always:
  - { alive: app, from: 0s, to: 55m }
  - { leases: { at_most: 256000 } }
eventually:
  - { gone: [app, app.descendants, app.leases], within: 5m, after: 1h }
never:
  - { status: 500 }
sometimes:
  - { expired: app }            # the run must reach this, else the scenario proves nothing
)";

outcome run(const std::string& text, const std::string& options = {}) {
  scratch place;
  return lapse("run " + place.write("scenario.yaml", text) + " " + options);
}

void holds(const std::string& text) {
  auto seen = run(text);
  CAPTURE(text, seen.out, seen.err);
  CHECK(seen.status == 0);
}

void fails(const std::string& text) {
  auto seen = run(text);
  CAPTURE(text, seen.out, seen.err);
  CHECK(seen.status == 1);
}

const std::string database = R"(lapse: 1
policies:
  reader: 'path "db/creds/app" { capabilities = ["read"] }'
secrets:
  db/: { type: database, roles: { app: { default_ttl: 1h, max_ttl: 2h } } }
steps:
)";

} // namespace

TEST_CASE("the first example passes and says what died, when and why") {
  auto seen = run(first_example);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "was advertised 4h and lived 1h because its parent"));
  CHECK(has(seen.out, "was advertised 9h and lived 1h because its token"));
}

TEST_CASE("the block of properties holds appended to the first example") {
  holds(first_example + properties);
}

TEST_CASE("each kind of property fails when it does not hold") {
  fails(first_example + "always:\n  - { alive: app, from: 0s, to: 2h }\n");
  fails(first_example + "never:\n  - { status: 403 }\n");
  fails(first_example + "never:\n  - { expired: [keys, app] }\n");
  fails(first_example + "eventually:\n  - { gone: app, within: 10m, after: 10m }\n");
  fails(first_example + "sometimes:\n  - { irrevocable: keys }\n");
  fails(first_example + "always:\n  - { leases: { at_most: 2 } }\n");
  fails(first_example + "always:\n  - { alive: app.descendants, to: 2h }\n");
}

TEST_CASE("orphans, roles and no_parent") {
  holds(R"(lapse: 1
token_roles:
  free: { orphan: true }
steps:
  - create: a
    orphan: true
    ttl: 1h
    expect: { orphan: true, ttl: 1h }
  - create: b
    no_parent: true
    ttl: 1h
    expect: { orphan: true }
  - create: c
    role: free
    ttl: 1h
    policies: [default]
    expect: { orphan: true }
  - create: d
    ttl: 1h
    policies: [default]
    expect: { orphan: false, policies: [default] }
  - revoke: root
  - expect: { a: alive, b: alive, c: alive, d: { state: revoked, because: root }, tokens: 3 }
)");
}

TEST_CASE("login, lookup, renew, revoke in their forms") {
  holds(R"(lapse: 1
auth:
  userpass/: { type: userpass, users: { amy: { token_ttl: 1h } } }
  github: { type: github, users: { bob: { token_ttl: 2h } } }
steps:
  - login: amy
    with: userpass/amy
    expect: { ttl: 1h, orphan: true }
  - login: bob
    with: github/bob
    expect: { ttl: 2h }
  - after: 30m
    lookup: amy
    expect: { ttl: 30m }
  - lookup: amy
    self: true
    expect: { status: 200 }
  - lookup: amy
    by: accessor
    expect: { status: 200, display_name: userpass-amy }
  - renew: amy
    self: true
    increment: 10m
    expect: { ttl: 10m }
  - renew: amy
    by: accessor
    expect: { status: 200 }
  - revoke: amy
    by: accessor
  - revoke: bob
    self: true
  - expect:
      amy: { state: revoked, because: revoke, at: 30m, lived: 30m }
      bob: gone
)");
}

TEST_CASE("revoke_orphan leaves the children") {
  holds(R"(lapse: 1
policies:
  maker: 'path "auth/token/create" { capabilities = ["update"] }'
steps:
  - create: a
    ttl: 5h
    policies: [maker]
  - create: b
    as: a
    ttl: 3h
  - revoke_orphan: a
  - expect: { a: { state: revoked, because: revoke }, b: alive }
)");
}

TEST_CASE("keep renews until its last instant, included") {
  holds(R"(lapse: 1
steps:
  - create: a
    ttl: 1h
    policies: [default]
  - keep: a
    every: 30m
    until: 3h
  - at: 4h
    expect: { a: alive }
  - at: 4h1s
    expect: { a: { state: expired, at: 4h, lived: 4h } }
)");
}

TEST_CASE("secret leases are read, renewed, looked up and revoked") {
  holds(database + R"(
  - read: db/creds/app
    save: keys
    expect: { status: 200, lease_duration: 1h }
  - at: 30m
    renew_lease: keys
    increment: 45m
    expect: { lease_duration: 45m }
  - lookup_lease: keys
    expect: { ttl: 45m }
  - revoke_lease: keys
    sync: true
    expect: { status: 204 }
  - expect: { keys: { state: revoked, because: revoke, at: 30m }, credentials: 0, leases: 0 }
)");
}

TEST_CASE("a token's own lease can be named") {
  holds(R"(lapse: 1
steps:
  - create: a
    ttl: 1h
    policies: [default]
  - lookup_lease: a.lease
    expect: { ttl: 1h }
  - revoke_lease: a.lease
    expect: { status: 204 }
  - expect: { a: { state: revoked, because: revoke } }
)");
}

TEST_CASE("prefix revocations and disabled mounts are causes of their own") {
  holds(database + R"(
  - read: db/creds/app
    save: one
  - revoke_prefix: db/creds/app
    sync: true
  - read: db/creds/app
    save: two
  - disable: db
  - expect: { one: { state: revoked, because: prefix }, two: { state: revoked, because: mount } }
)");
}

TEST_CASE("wrapping gives two handles") {
  holds(database + R"(
  - create: inner
    ttl: 1h
    policies: [default]
    wrap: w
    wrap_ttl: 5m
  - expect: { inner: alive, w: alive, cubbyholes: 1 }
  - unwrap: w
    expect: { ttl: 1h }
  - expect: { w: { state: revoked, because: last_use }, cubbyholes: 0 }
  - read: db/creds/app
    save: keys
    wrap: w2
    wrap_ttl: 5m
  - at: 5m1s
    expect: { w2: expired, keys: alive }
)");
}

TEST_CASE("administration changes what comes after") {
  holds(R"(lapse: 1
steps:
  - write_policy: reader
    policy: 'path "kv/a" { capabilities = ["read"] }'
  - enable: kv
    type: kv
  - write: kv/a
    data: { x: "1" }
  - create: a
    ttl: 1h
    policies: [reader]
  - read: kv/a
    as: a
    expect: { data: { x: "1" } }
  - delete_policy: reader
  - read: kv/a
    as: a
    expect: { status: 403 }
  - tune: kv
    max_lease_ttl: 2h
    expect: { status: 204 }
  - list: kv/
    expect: { status: 200 }
  - delete: kv/a
  - enable: auth/userpass
    type: userpass
    expect: { status: 204 }
)");
}

TEST_CASE("a seal changes no state and lets deadlines pass") {
  holds(R"(lapse: 1
steps:
  - create: a
    ttl: 1h
    policies: [default]
  - create: b
    ttl: 5h
    policies: [default]
  - seal: true
  - lookup: b
    self: true
    expect: { status: 503 }
  - at: 2h
    expect: { a: { state: expired, at: 1h }, b: alive }
  - unseal: true
  - expect: { a: { state: expired, at: 1h, lived: 1h }, b: alive }
  - after: 1s
    expect: { a: gone }
)");
}

TEST_CASE("backends fail, are slow, and refuse single leases") {
  holds(database + R"(
  - read: db/creds/app
    save: one
  - backend_down: db
    only: revoke
  - read: db/creds/app
    save: two
    expect: { status: 200 }
  - fail_revocation: one
  - at: 1h1s
    expect: { one: expired, two: expired, leases: 2, credentials: 2 }
  - backend_up: db
  - at: 3h
    expect: { one: irrevocable, two: gone, leases: 1, credentials: 1, backend_revocations: 1 }
)");
  holds(database + R"(
  - read: db/creds/app
    save: one
  - backend_slow: db
    takes: 30s
  - at: 1h10s
    expect: { one: expired, credentials: 1 }
  - at: 1h31s
    expect: { one: gone, credentials: 0 }
)");
}

TEST_CASE("any request can be made raw") {
  holds(R"(lapse: 1
steps:
  - request: { method: GET, path: auth/token/lookup-self }
    expect: { status: 200, orphan: true }
  - request: 
      method: POST
      path: auth/token/create
      body: { ttl: 1h, policies: [default] }
      headers: { X-Vault-Wrap-TTL: 60s }
    expect: { status: 200 }
  - request: { method: GET, path: auth/token/lookup-self }
    as: none
    expect: { status: 403 }
)");
}

TEST_CASE("repeats count, also nested and with a name for the counter") {
  holds(R"(lapse: 1
steps:
  - repeat:
      times: 2
      counter: k
      steps:
        - create: team{k}
          ttl: 1h
          policies: [default]
        - repeat:
            times: 3
            steps:
              - create: t{k}_{i}
                ttl: 2h
                policies: [default]
  - expect: { tokens: 9, team2: alive, t2_3: alive, t*: alive }
  - repeat:
      times: 3
      every: 10m
      steps:
        - create: late{i}
          ttl: 5m
          policies: [default]
  - at: 12m
    expect: { late1: expired, late2: alive }
  - at: 1h
    expect: { late*: { state: expired, lived: 5m } }
)");
}

TEST_CASE("together takes file order in run") {
  holds(database + R"(
  - create: a
    ttl: 1h
    policies: [reader]
  - together:
      - read: db/creds/app
        as: a
        save: keys
        expect: { status: 200 }
      - revoke: a
  - expect: { a: revoked, keys: { state: revoked, because: a } }
)");
}

TEST_CASE("a handle whose request failed is dead and gone, and later uses are refused") {
  holds(R"(lapse: 1
steps:
  - create: a
    as: none
    expect: { status: 403 }
  - expect: { a: dead }
  - expect: { a: gone }
  - lookup: a
    self: true
    expect: { status: 403 }
  - renew: a
    expect: { status: 400, error: token not found }
)");
}

TEST_CASE("a refusal that no expectation covers is shown and fails nothing") {
  auto seen = run(R"(lapse: 1
secrets:
  kv/: { type: kv }
steps:
  - read: kv/nothing/there
)");
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "404"));
}

TEST_CASE("ranges are their lower end, or drawn from a seed") {
  std::string text = R"(lapse: 1
steps:
  - create: a
    ttl: 30m..20h
    policies: [default]
  - expect: { a: alive }
  - lookup: a
    expect: { ttl: 30m }
)";
  scratch place;
  auto file = place.write("range.yaml", text);
  CHECK(lapse("run " + file).status == 0);
  auto one = lapse("run " + file + " --seed 1");
  CHECK(one.status == 1);
  CHECK(has(one.out, "lapse run " + file + " --seed 1"));
  CHECK((one.out == lapse("run " + file + " --seed 1").out));
  CHECK((one.out != lapse("run " + file + " --seed 2").out));
}

TEST_CASE("the server section sets the rules of the place") {
  holds(R"(lapse: 1
server: { start: 2030-05-01T00:00:00Z, default_lease_ttl: 1h, max_lease_ttl: 2h,
          root: dev, revocation_delay: 10s }
steps:
  - create: a
    policies: [default]
    expect: { ttl: 1h }
  - expect: { leases: 2 }
  - at: 1h5s
    expect: { a: expired, tokens: 2 }
  - at: 1h11s
    expect: { a: gone, tokens: 1 }
)");
}
