#include "sim/language/loader.hpp"

#include "actors/ttl/duration.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/first_example.hpp"
#include "tests/support/places.hpp"

#include <filesystem>
#include <sstream>

using namespace lapse;
using namespace lapse::document;
using namespace lapse::language;
using namespace lapse::plan;
using namespace lapse::runtime;
using namespace std::chrono_literals;

namespace {

constexpr auto properties_example = R"(always:
  - { alive: app, from: 0s, to: 55m }
  - { leases: { at_most: 256000 } }
eventually:
  - { gone: [app, app.descendants, app.leases], within: 5m, after: 1h }
never:
  - { status: 500 }
sometimes:
  - { expired: app }            # the run must reach this, else the scenario proves nothing
)";

lapse::plan::plan load(const std::string& text, const load_options& options = {}) {
  auto loaded = load_scenario(text, "f", options);
  std::string faults;
  if (!loaded)
    for (const auto& error : loaded.error())
      faults += to_string(error) + "\n";
  INFO(faults);
  REQUIRE(loaded.has_value());
  return *std::move(loaded);
}

lapse::plan::plan load_steps(const std::string& steps) {
  return load("lapse: 1\nsteps:\n" + steps);
}

const request_step& request_of(const step& s) { return std::get<request_step>(s.action); }

// `METHOD path body` of a step whose request is fixed.
std::string fixed_request(const step& s) {
  const auto& what = request_of(s).what;
  REQUIRE(what.fixed != nullptr);
  return what.method + " " + what.fixed->path + " " + what.fixed->body.dump();
}

const world_check& only_check(const step& s) {
  REQUIRE(s.expect.size() == 1);
  return s.expect.front();
}

} // namespace

TEST_CASE("the first example becomes the requests, times and checks it says") {
  auto p = load(first_example);
  CHECK(p.source == "f");
  CHECK(p.name == "cloud keys die with the app's token");
  REQUIRE(p.setup.size() == 3);
  CHECK(p.setup[0].what->path == "sys/policies/acl/deploy");
  CHECK(p.setup[0].where == file_position{6, 11});
  CHECK(p.setup[1].what->path == "sys/mounts/aws");
  CHECK(p.setup[1].what->body.dump() == R"({"type":"aws"})");
  CHECK(p.setup[2].what->path == "aws/roles/deploy");
  CHECK(p.setup[2].what->body.dump() == R"({"default_ttl":"9h","max_ttl":"12h"})");

  REQUIRE(p.steps.size() == 6);
  CHECK(fixed_request(p.steps[0]) ==
        R"(POST auth/token/create {"meta":{"owner":"team-a"},"policies":["deploy"],"ttl":"1h"})");
  CHECK(request_of(p.steps[1]).by.handle.name.raw() == "app");
  CHECK(p.steps[1].words.raw() == "create job as app");
  CHECK(fixed_request(p.steps[2]) == "GET aws/creds/deploy null");
  REQUIRE(request_of(p.steps[2]).binds.size() == 1);
  CHECK(request_of(p.steps[2]).binds[0].what == binding::kind::saved);
  REQUIRE(request_of(p.steps[2]).expect.size() == 2);
  CHECK(*std::get<bounds>(request_of(p.steps[2]).expect[0].expected).at_least == 32400);
  CHECK_FALSE(request_of(p.steps[2]).refusal_expected);
  CHECK(p.steps[3].when.from == step_time::kind::at);
  CHECK(p.steps[3].when.value.low == 59min + 59s);
  REQUIRE(p.steps[4].expect.size() == 3);
  const auto& job = std::get<state_check>(p.steps[4].expect[1]);
  CHECK(job.where.line == 34);
  CHECK(job.where.column == 7);
  CHECK(job.state == state_word::revoked);
  CHECK(job.at == instant{1h});
  CHECK(job.lived == duration{1h});
  CHECK(std::get<handle_ref>(job.because).name.raw() == "app");
  CHECK(p.steps[5].when.from == step_time::kind::same);
  CHECK(request_of(p.steps[5]).refusal_expected);
}

TEST_CASE("the properties example becomes windows and conditions") {
  auto p = load(std::string{first_example} + properties_example);
  REQUIRE(p.properties.size() == 5);
  CHECK(p.properties[0].to == instant{55min});
  CHECK(p.properties[2].what == property::kind::never);
  CHECK(*std::get<answer_seen>(p.properties[2].conditions.at(0)).status.at_least == 500);
  const auto& gone = p.properties[3];
  CHECK(gone.what == property::kind::eventually);
  CHECK(gone.from == instant{1h});
  CHECK(gone.within == duration{5min});
  const auto& states = std::get<states_hold>(gone.conditions.at(0));
  REQUIRE(states.of.size() == 3);
  CHECK(states.of[1].of == selector::part::descendants);
  CHECK(states.of[2].of == selector::part::leases);
}

TEST_CASE("every verb becomes its request of the API (R-1206)") {
  auto p = load(R"(lapse: 1
auth:
  userpass/: { type: userpass, users: { amy: { token_ttl: 1h }, bob: { password: s3 } } }
  team/ci: { type: approle, default_lease_ttl: 1h, roles: { run: { token_period: 30s } } }
  github: { type: github, users: { eve: {} } }
  any: { type: generic }
secrets:
  kv: { type: kv, version: 2 }
token_roles: { r: { orphan: true } }
steps:
  - { login: a, with: userpass/amy }
  - { login: b, with: userpass/bob }
  - { login: c, with: team/ci/run }
  - { login: d, with: github/eve }
  - { login: e, with: any/body }
  - { create: f, orphan: true, num_uses: 3, period: 60 }
  - { create: g, role: r, no_parent: true }
  - { lookup: a, self: true }
  - { seal: true }
  - { unseal: true }
  - { tidy: leases }
  - { tune: auth/userpass, max_lease_ttl: 2h }
  - { enable: db, type: database, default_lease_ttl: 5m }
  - { disable: auth/any }
  - { revoke_prefix: kv/, sync: false }
  - { write: kv/data/x, data: { data: { n: 1, t: "1", f: 1.5, b: true, z: null } } }
  - { request: { method: GET, path: "/v1/sys/leases?list=true" } }
  - { rotate_root: db/pg }
)");
  CHECK(fixed_request(p.steps[0]) == R"(POST auth/userpass/login/amy {"password":"amy"})");
  CHECK(request_of(p.steps[0]).by.who == caller::kind::nobody);
  CHECK(fixed_request(p.steps[1]) == R"(POST auth/userpass/login/bob {"password":"s3"})");
  CHECK(fixed_request(p.steps[2]) ==
        R"(POST auth/team/ci/login {"role_id":"run","secret_id":"run"})");
  CHECK(fixed_request(p.steps[3]) == R"(POST auth/github/login {"token":"eve"})");
  CHECK(fixed_request(p.steps[4]) == "POST auth/any/login/body {}");
  CHECK(fixed_request(p.steps[5]) == R"(POST auth/token/create-orphan {"num_uses":3,"period":60})");
  CHECK(fixed_request(p.steps[6]) == R"(POST auth/token/create/r {"no_parent":true})");
  CHECK(fixed_request(p.steps[7]) == "GET auth/token/lookup-self null");
  CHECK(request_of(p.steps[7]).by.handle.name.raw() == "a");
  CHECK(fixed_request(p.steps[8]) == "PUT sys/seal null");
  CHECK(fixed_request(p.steps[10]) == "POST sys/leases/tidy null");
  CHECK(fixed_request(p.steps[11]) == R"(POST sys/auth/userpass/tune {"max_lease_ttl":"2h"})");
  CHECK(fixed_request(p.steps[12]) ==
        R"(POST sys/mounts/db {"config":{"default_lease_ttl":"5m"},"type":"database"})");
  CHECK(fixed_request(p.steps[13]) == "DELETE sys/auth/any null");
  CHECK(fixed_request(p.steps[14]) == R"(POST sys/leases/revoke-prefix/kv/ {"sync":false})");
  CHECK(fixed_request(p.steps[15]) ==
        R"(POST kv/data/x {"data":{"b":true,"f":1.5,"n":1,"t":"1","z":null}})");
  CHECK(request_of(p.steps[16]).what.fixed->op == operation::list);
  CHECK(request_of(p.steps[16]).what.fixed->path == "sys/leases/");
  CHECK(fixed_request(p.steps[17]) == "POST db/rotate-root/pg null");

  std::vector<std::string> setup;
  for (const auto& made : p.setup)
    setup.push_back(made.what->path + " " + made.what->body.dump());
  CHECK(setup == std::vector<std::string>{
                     R"(sys/mounts/kv {"options":{"version":"2"},"type":"kv"})",
                     R"(sys/auth/userpass {"type":"userpass"})",
                     R"(auth/userpass/users/amy {"password":"amy","token_ttl":"1h"})",
                     R"(auth/userpass/users/bob {"password":"s3"})",
                     R"(sys/auth/team/ci {"config":{"default_lease_ttl":"1h"},"type":"approle"})",
                     R"(auth/team/ci/role/run {"role_id":"run","token_period":"30s"})",
                     R"(auth/team/ci/role/run/custom-secret-id {"secret_id":"run"})",
                     R"(sys/auth/github {"type":"github"})", R"(auth/github/users/eve {})",
                     R"(sys/auth/any {"type":"generic"})",
                     R"(auth/token/roles/r {"orphan":true})"});
}

TEST_CASE("identifiers of handles are left open until the step is issued") {
  auto p = load_steps("  - { create: a }\n"
                      "  - { revoke: a, by: accessor }\n"
                      "  - { renew_lease: a.lease, increment: 5m }\n"
                      "  - { create: b, wrap: w }\n"
                      "  - { unwrap: w, save: c }\n");
  const auto& accessor = request_of(p.steps[1]).what;
  CHECK(accessor.fixed == nullptr);
  REQUIRE(accessor.holes.size() == 1);
  CHECK(accessor.holes[0].at.to_string() == "/accessor");
  const auto& text = std::get<issued_text>(accessor.holes[0].value);
  CHECK(std::get<handle_text>(text.pieces.at(0)).part == handle_part::accessor);
  const auto& lease = std::get<issued_text>(request_of(p.steps[2]).what.holes.at(0).value);
  CHECK(std::get<handle_text>(lease.pieces.at(0)).part == handle_part::token_lease);
  CHECK(request_of(p.steps[3]).what.fixed->wrap_ttl == "5m");
  REQUIRE(request_of(p.steps[3]).binds.size() == 2);
  CHECK(request_of(p.steps[4]).by.handle.name.raw() == "w");
}

TEST_CASE("a repeat of half a million rounds stays one structure with counters in it") {
  auto p = load_steps("  - repeat:\n"
                      "      times: 500000\n"
                      "      steps:\n"
                      "        - create: job{i}\n"
                      "          ttl: \"{i}s\"\n"
                      "        - repeat:\n"
                      "            times: 3\n"
                      "            counter: k\n"
                      "            steps:\n"
                      "              - create: task{i}-{k}\n"
                      "  - expect: { job499999: alive, task7-3: alive, job*: alive }\n");
  const auto& outer = std::get<repeat_step>(p.steps[0].action);
  CHECK(outer.times->low == 500'000);
  REQUIRE(outer.steps.size() == 2);
  CHECK(request_of(outer.steps[0]).binds.at(0).handle.render({12}) == "job12");
  CHECK(request_of(outer.steps[0]).what.holes.at(0).at.to_string() == "/ttl");
  const auto& inner = std::get<repeat_step>(outer.steps[1].action);
  CHECK(request_of(inner.steps[0]).binds.at(0).handle.render({12, 3}) == "task12-3");
}

TEST_CASE("ranges keep both ends and are counted in file order") {
  auto p = load_steps("  - { create: a, ttl: 30m..2h }\n"
                      "  - { after: 0s..10s, create: b, num_uses: 1..3 }\n");
  CHECK(p.ranges == 3);
  const auto& ttl = std::get<ranged<duration>>(request_of(p.steps[0]).what.holes.at(0).value);
  CHECK(ttl.low == 30min);
  CHECK(ttl.high == 2h);
  CHECK(ttl.draw == 0);
  CHECK(p.steps[1].when.value.high == 10s);
  CHECK(std::get<ranged<std::int64_t>>(request_of(p.steps[1]).what.holes.at(0).value).high == 3);
}

TEST_CASE("keep renews its handle with the handle itself") {
  auto p = load_steps("  - { create: a, period: 1h }\n"
                      "  - { keep: a, every: 30m, until: 6h, expect: { ttl: 1h } }\n");
  const auto& keep = std::get<keep_step>(p.steps[1].action);
  CHECK(keep.every.low == 30min);
  CHECK(keep.until == instant{6h});
  CHECK(keep.renewal.by.handle.name.raw() == "a");
  CHECK(keep.renewal.what.fixed->path == "auth/token/renew-self");
  CHECK(keep.renewal.expect.size() == 1);
}

TEST_CASE("faults speak of mounts with and without a final slash") {
  auto p = load("lapse: 1\nsecrets: { db/: { type: database } }\nsteps:\n"
                "  - { backend_down: db, only: revoke }\n"
                "  - { backend_slow: db/, takes: 5s }\n");
  const auto& down = std::get<fault_step>(p.steps[0].action);
  CHECK(down.mount.raw() == "db/");
  CHECK(down.revoke_only);
  CHECK(std::get<fault_step>(p.steps[1].action).takes.low == 5s);
}

TEST_CASE("counts take a number or bounds") {
  auto p = load_steps("  - expect: { leases: 12 }\n  - expect: { tokens: { at_most: 40 } }\n");
  const auto& leases = std::get<count_check>(only_check(p.steps[0]));
  CHECK(leases.what == count_word::leases);
  CHECK(leases.expected.at_least == 12);
  CHECK(leases.expected.at_most == 12);
  const auto& tokens = std::get<count_check>(only_check(p.steps[1]));
  CHECK_FALSE(tokens.expected.at_least.has_value());
  CHECK(tokens.expected.at_most == 40);
}

TEST_CASE("a count may be of a mount, a role or a family, and a rate of one kind of request") {
  auto p = load(R"(lapse: 1
secrets: { db/: { type: database, roles: { ro: {} } } }
steps:
  - repeat: { times: 2, steps: [ { create: "web{i}", ttl: 1h } ] }
always:
  - { leases: { mount: db, role: ro, of: web, at_most: 20000 } }
  - { rate: { of: renewals, per: 90s, at_most: 50 } }
  - { rate: { of: requests, per: 1s, at_most: 0 } }
  - { any_alive: [web1, web2] }
)");
  REQUIRE(p.properties.size() == 4);
  const auto& count = std::get<count_check>(p.properties[0].conditions.at(0));
  CHECK(count.filter == count_filter{"db/", "ro", "web"});
  CHECK(count.expected.at_most == 20000);
  const auto& renewals = std::get<rate_limit>(p.properties[1].conditions.at(0));
  CHECK(renewals.of == attempt_kind::renewal);
  CHECK(renewals.per == 90s);
  CHECK(renewals.at_most == 50);
  CHECK_FALSE(std::get<rate_limit>(p.properties[2].conditions.at(0)).of.has_value());
  const auto& alive = std::get<states_hold>(p.properties[3].conditions.at(0));
  CHECK(alive.any);
  CHECK(alive.of.size() == 2);
}

TEST_CASE("the server key, rules and until arrive in the plan") {
  auto p = load("lapse: 1\nseed: 7\nuntil: 2h\nrules: { L07: off }\nserver:\n"
                "  start: 2026-01-01T01:00:00+01:00\n  default_lease_ttl: 1h\n  root: dev\n"
                "  revocation_jitter: true\n  revocation_workers: 2\n  revocation_delay: 5s\n");
  CHECK(p.seed == 7);
  CHECK(p.until == instant{2h});
  CHECK(p.rules_off == std::vector<std::string>{"L07"});
  CHECK(p.server.start_unix_s == 1767225600);
  CHECK(p.server.default_lease_ttl == 1h);
  CHECK(p.server.root == server_config::root_kind::dev);
  CHECK(p.server.revocation_jitter);
  CHECK(p.server.revocation_workers == 2);
  CHECK(p.server.revocation_delay == 5s);
}

TEST_CASE("--set overrides a plain value, or adds one the file could have") {
  std::string text = "lapse: 1\nauth:\n  userpass/:\n    type: userpass\n    users:\n"
                     "      a.my: { token_ttl: 1h }\nsteps: [ { create: a, ttl: 1h } ]\n";
  load_options options;
  options.overrides = {"auth.userpass.users.a.my.token_ttl=30m", "steps.0.ttl=2h",
                       "steps.0.policies=[default]", "server.max_lease_ttl=800h"};
  auto p = load(text, options);
  CHECK(p.setup.at(1).what->body.dump() == R"({"password":"a.my","token_ttl":"30m"})");
  CHECK(fixed_request(p.steps[0]) ==
        R"(POST auth/token/create {"policies":["default"],"ttl":"2h"})");
  CHECK(p.server.max_lease_ttl == 800h);
}

TEST_CASE("a server whose lease TTLs are 0 has the default ones (R-1303)") {
  auto p = load("lapse: 1\nserver: { default_lease_ttl: 0, max_lease_ttl: 0 }\n");
  CHECK(p.server.default_lease_ttl == 768h);
  CHECK(p.server.max_lease_ttl == 768h);
}

TEST_CASE("the file's until may come at its last step, but cuts none off") {
  CHECK(load("lapse: 1\nuntil: 1h\nsteps: [ { at: 1h, tidy: tokens } ]\n").until == 1h);
}

TEST_CASE("a policy that a user is given and nobody wrote is a warning") {
  auto p = load("lapse: 1\nauth:\n  u:\n    type: userpass\n    users:\n"
                "      amy: { token_policies: [default, ghost] }\n");
  REQUIRE(p.warnings.size() == 1);
  CHECK(p.warnings[0].text == "Policy \"ghost\" does not exist");
  CHECK(p.warnings[0].where == file_position{6, 40});
}

TEST_CASE("every shipped scenario loads") {
  namespace fs = std::filesystem;
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator{source_folder() / "scenarios"}) {
    if (entry.path().extension() != ".yaml")
      continue;
    ++count;
    std::stringstream errors;
    auto loaded = load_scenario_file(entry.path().string(), {});
    if (!loaded)
      for (const auto& error : loaded.error())
        errors << to_string(error) << '\n';
    CHECK(errors.str() == "");
  }
  CHECK(count > 20);
}
