// Whether each kind of refusal tells what is behind it, wherever it is shown, and the number by
// which `lapse explain --refusal` tells more.

#include "command.hpp"
#include "failing_cases.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <sstream>
#include <string>

using namespace failing_cases;

namespace {

constexpr auto expected_denials = R"(lapse: 1
secrets: { kv/: { type: kv } }
policies: { web: 'path "kv/web/*" { capabilities = ["read"] }' }
steps:
  - { create: web, policies: [web] }
  - { write: kv/web/a, as: web, data: { v: 1 }, expect: { status: 403 } }
  - { read: kv/other, as: web, expect: { status: 403 } }
)";
constexpr auto denied_why = "'kv/web/*' of policy 'web' gives 'read', and this needs 'create'";

/// What `lapse run` of a scenario says, as plain text in one line.
std::string said_of(const scratch& place, const std::string& scenario) {
  return plain(lapse("run " + place.write("s.yaml", scenario)).out);
}

std::size_t widest_line(const std::string& text) {
  std::size_t result = 0;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    result = std::max(result, line.size());
  return result;
}

} // namespace

TEST_CASE("refusals that an `expect` covers are told with their causes in each report, quietly") {
  scratch place;
  const auto file = place.write("f.yaml", expected_denials);
  const auto run =
      lapse("run " + file + " --report html=" + place.path("r.html") +
            " --report md=" + place.path("r.md") + " --report junit=" + place.path("r.xml") +
            " --report json=" + place.path("r.json"));
  CHECK(run.status == 0);
  const auto html = read_file(place.path("r.html"));
  const auto folded = html.find("<details class=\"expected\">");
  REQUIRE(folded != html.npos);
  CHECK(has(plain(html.substr(folded)), denied_why));
  CHECK(has(html, "2 requests refused as expected"));
  CHECK(has(html, "403 permission denied (refusal 2)"));
  CHECK_FALSE(has(html, "no expectation spoke of it"));
  const auto md = read_file(place.path("r.md"));
  CAPTURE(md);
  const auto details = md.find("<details><summary>2 requests refused as expected");
  REQUIRE(details != md.npos);
  CHECK(has(plain(md.substr(details)), denied_why));
  CHECK(has(md, "(refusal 1)"));
  pugi::xml_document xml;
  REQUIRE(xml.load_file(place.path("r.xml").c_str()));
  const std::string out = xml.select_node("//system-out").node().text().get();
  CHECK(has(plain(out), std::string{"refused as expected: write kv/web/a as web (line 6): 403 "
                                    "permission denied (refusal 1): "} +
                            denied_why));
  auto told = 0;
  const auto json = nlohmann::json::parse(read_file(place.path("r.json")));
  for (const auto& e : json["events"])
    if (e["event"] == "expected_refusal") {
      CHECK(e["refusal"] == ++told);
      CHECK(e["line"] == 5 + told);
    }
  CHECK(told == 2);
}

TEST_CASE("a refusal's number is that of `lapse explain --refusal`") {
  scratch place;
  const auto file = place.write("f.yaml", R"(lapse: 1
secrets: { database/: { type: database, roles: { app: { default_ttl: 1h } } } }
policies: { web: 'path "database/cred/*" { capabilities = ["read"] }' }
steps:
  - { create: web, policies: [web] }
  - { lookup: web, as: none, expect: { status: 403 } }
  - { read: database/creds/app, as: web, save: keys }
  - { at: 1h, expect: { keys: alive } }
)");
  const auto text = plain(lapse("run " + file).out);
  CAPTURE(text);
  CHECK(has(text, "answered 403 permission denied (refusal 2)"));
  CHECK(has(text, "line 7 (read database/creds/app as web) was refused with 403 permission denied "
                  "(refusal 2): no policy of it has a rule for this path"));
  for (const auto* format : {"md", "html"})
    CHECK(has(plain(lapse("run " + file + " --report " + format).out), "(refusal 2)"));
  const auto told = lapse("explain " + file + " --refusal 2").out;
  CAPTURE(told);
  CHECK(has(told, "refusal 2 of 2"));
  CHECK(has(told, "read database/creds/app as web"));
  CHECK(widest_line(told) <= 80);
}

TEST_CASE("what comes of one typo is one card, and counts that differ are not one cause") {
  scratch place;
  auto text = said_of(place, R"(lapse: 1
secrets: { database/: { type: database, roles: { app: { default_ttl: 1h } } } }
policies: { web: 'path "database/cred/*" { capabilities = ["read"] }' }
steps:
  - { create: web, policies: [web] }
  - { read: database/creds/app, as: web, save: keys, expect: { status: 200 } }
  - { renew_lease: keys, at: 10m, expect: { status: 200 } }
  - { at: 1h, expect: { keys: alive } }
eventually: [ { alive: keys, within: 30m } ]
)");
  CAPTURE(text);
  CHECK(has(text, "4 failures, one cause"));
  CHECK(has(text, "read database/creds/app is refused: no policy of it has a rule for this path; "
                  "the nearest is 'database/cred/*' of policy 'web'"));
  text = said_of(place, R"(lapse: 1
steps:
  - { create: a, ttl: 1h }
  - { expect: { tokens: 5 } }
  - { create: b, ttl: 1h }
  - { expect: { tokens: 7 } }
)");
  CAPTURE(text);
  CHECK_FALSE(has(text, "one cause"));
  CHECK_FALSE(has(text, "causes like this"));
}

TEST_CASE("a rule whose time is over is told, with the policy and the time") {
  scratch place;
  for (const auto* expiration : {"2026-01-01T02:00:00Z", "2025-12-31T00:00:00Z"}) {
    const auto text = said_of(place, std::string{R"(lapse: 1
server: { start: "2026-01-01T00:00:00Z" }
secrets: { kv/: { type: kv } }
policies:
  p: |
    path "kv/*" {
      capabilities = ["read"]
      expiration = ")"} + expiration + R"("
    }
steps:
  - { create: a, policies: [p] }
  - { at: 3h, read: kv/x, as: a }
)");
    CAPTURE(text);
    CHECK(has(text, std::string{"no policy of it has a rule for this path; 'kv/*' of policy 'p' "
                                "expired at "} +
                        expiration));
  }
}

TEST_CASE("counts of whatever kind tell who they are") {
  scratch place;
  const auto text = said_of(place, R"(lapse: 1
secrets:
  aws/: { type: aws, roles: { ci: { default_ttl: 1h } } }
  rabbit/: { type: generic, roles: { r: { lease: false } } }
steps:
  - { create: app, ttl: 8h }
  - { create: ops, ttl: 8h }
  - { write: cubbyhole/a, as: app, data: { v: 1 } }
  - { read: aws/creds/ci, as: app, save: k }
  - { read: aws/creds/ci, as: ops, save: l }
  - { expect: { cubbyholes: 0 } }
  - { expect: { credentials: 0 } }
  - { revoke_lease: k }
  - { expect: { backend_revocations: 0 } }
)");
  CAPTURE(text);
  CHECK(has(text, "'cubbyholes' expected 0 saw 1 because 1 is a token below 'root'"));
  CHECK(has(text, "'credentials' expected 0 saw 2 because 1 is a lease of 'app' from "
                  "aws/creds/ci, 1 is a lease of 'ops' from aws/creds/ci"));
  CHECK(has(
      text,
      "'backend_revocations' expected 0 saw 1 because 1 is a lease of 'app' from aws/creds/ci"));
}

TEST_CASE("what is waited for tells when it is to end") {
  scratch place;
  const auto text = said_of(place, R"(lapse: 1
steps:
  - { create: a, ttl: 3h }
  - { at: 1h, lookup: a }
eventually: [ { dead: a, within: 30m } ]
never: [ { alive: a, from: 20m } ]
)");
  CAPTURE(text);
  CHECK(has(text, "not reached by 30m: a is alive, is to end at 3h"));
  CHECK(has(text, "at 20m: a is alive, is to end at 3h"));
}

TEST_CASE("a status tells the fault behind it, and of a success whose rule let it in") {
  scratch place;
  const auto text = said_of(place, R"(lapse: 1
secrets:
  aws/: { type: aws, roles: { ci: { default_ttl: 1h } } }
  kv/: { type: kv }
policies: { web: 'path "kv/web/*" { capabilities = ["create", "update"] }' }
steps:
  - { create: web, policies: [web] }
  - { write: kv/web/a, as: web, data: { v: 1 }, expect: { status: 403 } }
  - { at: 1h, backend_down: aws/ }
  - { at: 2h, read: aws/creds/ci, expect: { status: 200 } }
)");
  CAPTURE(text);
  CHECK(has(text, "because 'kv/web/*' of policy 'web' lets 'web' in"));
  CHECK(has(text, "'backend_down' of 'aws/' since 1h"));
}

TEST_CASE("vague refusals say more") {
  scratch place;
  const auto text = said_of(place, R"(lapse: 1
auth: { approle/: { type: approle, roles: { ci: { secret_id_num_uses: 1 } } } }
secrets:
  aws/: { type: aws, roles: { ci: { default_ttl: 1h } } }
policies:
  p: path "auth/token/create" { capabilities = ["update"] }
  q: path "x" { capabilities = ["read"] }
steps:
  - { create: maker, policies: [p] }
  - { create: child, as: maker, policies: [q] }
  - { login: a, with: approle/ci }
  - { at: 5m, login: b, with: approle/ci }
  - { create: fixed, ttl: 1h, renewable: false }
  - { renew: fixed }
  - { at: 1h, request: { method: DELETE, path: sys/mounts/aws, token: "{root}" } }
  - { at: 2h, read: aws/creds/ci }
)");
  CAPTURE(text);
  CHECK(has(text, "its maker does not have 'q', but 'default', 'p'"));
  CHECK(has(text, "role 'ci' has no such secret id: it had its last use at 0s"));
  CHECK(has(text, "because it was made with 'renewable: false'"));
  CHECK(has(text, "because the mount 'aws/' was disabled by 'root' at 1h"));
}

TEST_CASE("explain knows nobody") {
  scratch place;
  const auto file = place.write("f.yaml", expected_denials);
  const auto told = lapse("explain " + file + " --as none 'read kv/x'");
  CAPTURE(told.out, told.err);
  CHECK(told.status == 0);
  CHECK(has(told.out, "read kv/x as nobody"));
  CHECK(has(told.out, "no token came with it"));
  CHECK(has(lapse("explain " + file + " --capabilities none kv/x").err, "`--as none"));
}

TEST_CASE("a search tells a job of GitHub Actions each fault beside its line") {
  scratch place;
  const auto bad = place.write("bad.yaml", "lapse: 1\nstep: 1\nstops: 2\n");
  auto seen = shell("GITHUB_ACTIONS=true \"$LAPSE\" check " + bad);
  CAPTURE(seen.out);
  CHECK(has(seen.out, "::error file=" + bad + ",line=2,col=1::unknown key"));
  CHECK(has(seen.out, "::error file=" + bad + ",line=3,col=1::unknown key"));
  const auto fails = place.write("f.yaml", R"(lapse: 1
steps:
  - { create: a, ttl: 1h }
  - { at: 2h, expect: { a: alive } }
  - { at: 2h, expect: { tokens: 7 } }
)");
  seen = shell("GITHUB_ACTIONS=true \"$LAPSE\" check " + fails + " --failures ''");
  CAPTURE(seen.out);
  CHECK(has(seen.out, "::error file=" + fails + ",line=4::"));
  CHECK(has(seen.out, "::error file=" + fails + ",line=5::"));
}

TEST_CASE("a key that lacks its colon is told so") {
  scratch place;
  const auto seen =
      lapse("run " + place.write("f.yaml", "lapse: 1\nsteps:\n"
                                           "  - expect: { tokens: { at_most 15 } }\n"));
  CHECK(has(seen.err, "write `at_most: 15`"));
}

TEST_CASE("an answer without a text says what it means, and no line ends with a blank") {
  scratch place;
  const auto file = place.write("f.yaml", "lapse: 1\nsecrets: { kv/: { type: kv } }\nsteps:\n"
                                          "  - { read: kv/none }\n");
  const auto text = lapse("run " + file).out;
  CHECK(has(text, "answered  404 nothing is there (refusal 1)"));
  CHECK_FALSE(has(text, " \n"));
}

TEST_CASE("JUnit has the start of the run as a date") {
  scratch place;
  const auto file =
      place.write("f.yaml", "lapse: 1\nserver: { start: \"2026-02-03T04:05:06Z\" }\nsteps:\n"
                            "  - { create: a }\n");
  CHECK(has(lapse("run " + file + " --report junit").out, "timestamp=\"2026-02-03T04:05:06\""));
}

TEST_CASE("long times leave the table of lives within a page") {
  CHECK(widest_line(lapse("run scenarios/fleets/server-restart.yaml").out) <= 82);
}

TEST_CASE(
    "clients that would get more than a run gives are an error of the file, with the numbers") {
  scratch place;
  const auto seen = lapse("run " + place.write("f.yaml", R"(lapse: 1
until: 32d
auth: { approle/: { type: approle, roles: { job: { token_ttl: 1h } } } }
clients:
  job: { count: 5000, login: approle/job, renew: per_run, every: 30s }
)"));
  CAPTURE(seen.err);
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "f.yaml:5:3: `job` get about 460805000 tokens and secrets (5000 clients x 1 "
                      "x 92161 rounds up to 32d), and a run gives all clients 10000000 at most"));
}
