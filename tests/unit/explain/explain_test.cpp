// What `lapse explain` says, on the facts of the seed page and of the incidents.

#include "sim/explain/explain.hpp"

#include "sim/language/loader.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <tl/expected.hpp>
#include <vector>

using namespace lapse;
using namespace lapse::document;
using namespace lapse::explain;
using namespace lapse::language;
using namespace lapse::plan;
using namespace lapse::runtime;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

constexpr auto maker_policy = R"(lapse: 1
policies:
  maker: |
    path "auth/token/*" { capabilities = ["create", "update", "sudo"] }
    path "aws/creds/*" { capabilities = ["read"] }
    path "generic/creds/*" { capabilities = ["read"] }
secrets:
  aws: { type: aws, roles: { deploy: { default_ttl: 9h, max_ttl: 12h } } }
  generic: { type: generic, roles: { loose: { lease: false } } }
auth:
  userpass: { type: userpass, users: { amy: { token_ttl: 1h, token_policies: [maker] } } }
  periodic: { type: generic, roles: { bob: { token_period: 30m, token_policies: [maker] } } }
)";

tl::expected<explanation, explain_error> ask(const std::string& rest, const std::string& handle,
                                             std::optional<instant> at = {}) {
  auto loaded = load_scenario(maker_policy + rest, "file.yaml", {});
  if (!loaded)
    return tl::unexpected(explain_error{"does not load: " + to_string(loaded.error().front())});
  return explain::explain(*loaded, {handle, at, {}});
}

explanation told(const std::string& rest, const std::string& handle,
                 std::optional<instant> at = {}) {
  auto answer = ask(rest, handle, at);
  if (!answer)
    FAIL(answer.error().text);
  return *answer;
}

std::string refused(const std::string& rest, const std::string& handle,
                    std::optional<instant> at = {}) {
  auto answer = ask(rest, handle, at);
  return answer ? "explained" : answer.error().text;
}

names dead(const explanation& e) {
  names result;
  for (const auto& one : e.radius.dead)
    result.push_back(one.name);
  return result;
}

std::string why(const explanation& e, const std::string& name) {
  for (const auto& one : e.radius.survivors)
    if (one.name == name)
      return one.why;
  return "not among the survivors";
}

constexpr auto family = R"(
steps:
  - { create: app, ttl: 1h, policies: [maker] }
  - { create: job, as: app, ttl: 4h, policies: [maker] }
  - { read: aws/creds/deploy, as: job, save: keys }
  - { create: sidecar, as: app, ttl: 5h, orphan: true, policies: [maker] }
  - { create: other, ttl: 2h, policies: [maker] }
  - { at: 59m59s }
)";

} // namespace

TEST_CASE("a revocation takes children and their leases along, and orphans live on") {
  auto e = told(family, "app");
  CHECK(e.at == 59min + 59s);
  CHECK(e.radius.by == "root");
  CHECK(dead(e) == names{"job", "keys", "app"});
  CHECK(e.radius.dead[0].otherwise == 1h);
  CHECK(e.radius.dead[1].mount == "aws/");
  REQUIRE(e.radius.backends.size() == 1);
  CHECK(e.radius.backends[0].revoked == 1);
  CHECK(why(e, "sidecar") == "made by `app` with create-orphan");
  CHECK(e.radius.survivors.size() == 1);
  CHECK(e.radius.survivors[0].end == 5h);
  CHECK(e.radius.above_tokens == 1);     // root
  CHECK(e.radius.unrelated_tokens == 1); // other
}

TEST_CASE(
    "the chain shows which ancestor bounds a token: a child that would outlive its parent (I-01)") {
  auto e = told(family, "job", 0s);
  CHECK(e.as_it_stands.at == 1h);
  CHECK(e.as_it_stands.reason == "its parent `app` expired");
  REQUIRE(e.chain.size() == 3);
  CHECK(e.chain[0].end == 4h);
  CHECK(e.chain[0].bound == ttl_bound::own);
  CHECK(e.chain[1].name == "app");
  CHECK(e.chain[1].end == 1h);
  CHECK(e.chain[2].name == "root");
  CHECK(e.chain[2].end == never);
  // Renewals carry all of them to the system's maximum.
  CHECK(e.hard_end.at == 768h);
  CHECK(e.chain[0].limit == 768h);
  CHECK(e.chain[0].limit_bound == ttl_bound::mount_max);
  CHECK(e.renewals.grant == 4h);
  CHECK(e.renewals.first_cut == 764h + 1s);
  // Left alone, it is `app` that ends first; with everything renewed, it is the token itself.
  CHECK(e.chain[1].binding);
  CHECK_FALSE(e.chain[0].binding);
  CHECK(e.chain[0].limiting);
  CHECK_FALSE(e.chain[1].limiting);
}

TEST_CASE("a lease is bounded by its owner token, however long it is renewed (I-07)") {
  auto e = told(R"(
steps:
  - { create: app, ttl: 1h, explicit_max_ttl: 2h, policies: [maker] }
  - { at: 1m, read: aws/creds/deploy, as: app, save: keys }
)",
                "keys");
  CHECK(e.kind == "lease");
  CHECK(e.as_it_stands.at == 1h);
  CHECK(e.chain[0].end == 9h + 1min);
  CHECK(e.chain[0].limit == 12h + 1min);
  CHECK(e.chain[0].limit_bound == ttl_bound::backend_max);
  CHECK(e.chain[1].limit == 2h);
  CHECK(e.chain[1].limit_bound == ttl_bound::explicit_max);
  CHECK(e.chain[1].binding);
  CHECK_FALSE(e.chain[0].binding);
  CHECK(e.chain[1].limiting);
  CHECK(e.hard_end.at == 2h);
  CHECK(dead(e) == names{"keys"});
}

TEST_CASE("a period has no end of its own, but that of the parent (I-03)") {
  auto e = told(R"(
steps:
  - { create: i, ttl: 20m, explicit_max_ttl: 40m, policies: [maker] }
  - { at: 5s, create: k, as: i, period: 30d, policies: [maker] }
)",
                "k");
  CHECK(e.chain[0].bound == ttl_bound::period);
  CHECK(e.as_it_stands.at == 20min);
  CHECK(e.hard_end.at == 40min);
  CHECK(e.hard_end.reason == "its parent `i` expired");
}

TEST_CASE("a periodic login without a parent has no end as long as it is renewed") {
  auto e = told("steps:\n  - { login: bob, with: periodic/bob }\n", "bob");
  CHECK(e.as_it_stands.at == 30min);
  CHECK(e.hard_end.at == never);
  CHECK(e.open_ended);
  CHECK(e.renewals.grant == 30min);
  CHECK(e.renewals.first_cut == never);
}

TEST_CASE("logins survive the root token, and its children do not (I-06)") {
  auto e = told(R"(
steps:
  - { create: child, ttl: 1h, policies: [maker] }
  - { login: amy, with: userpass/amy }
  - { at: 1m }
)",
                "root");
  CHECK(dead(e) == names{"child", "root"});
  CHECK(why(e, "amy") == "logged in, so it has no parent");
  CHECK(e.chain[0].end == never);
}

TEST_CASE("a credential without a lease stays (I-08)") {
  auto e = told(R"(
steps:
  - { login: amy, with: userpass/amy }
  - { at: 5m, read: generic/creds/loose, as: amy }
)",
                "amy");
  CHECK(why(e, "generic/") == "read by `amy` without a lease: nobody revokes it");
}

TEST_CASE("of orphans it says how they became one") {
  auto e = told(R"(
token_roles:
  lonely: { orphan: true }
steps:
  - { create: app, ttl: 1h, policies: [maker] }
  - { create: a, as: app, no_parent: true, ttl: 1h }
  - { create: b, as: app, role: lonely, ttl: 1h }
  - { create: mid, as: app, ttl: 1h }
  - { create: c, as: mid, ttl: 1h }
  - { revoke_orphan: mid }
)",
                "app");
  CHECK(why(e, "a") == "made by `app` with no_parent");
  CHECK(why(e, "b") == "made by `app` through a role that makes orphans");
  CHECK(dead(e) == names{"app"});
}

TEST_CASE("a backend that is down is tried six times, and then the lease is irrevocable (R-641)") {
  auto e = told(R"(
steps:
  - { create: app, ttl: 1h, policies: [maker] }
  - { read: aws/creds/deploy, as: app, save: keys }
  - { backend_down: aws }
)",
                "app");
  REQUIRE(e.radius.backends.size() == 1);
  CHECK(e.radius.backends[0].revoked == 0);
  CHECK(e.radius.backends[0].irrevocable == 1);
  CHECK(e.radius.backends[0].failures == 6);
  CHECK(e.radius.backends[0].done == 10min + 20s);
}

TEST_CASE("a batch token cannot be revoked, and cannot be renewed (R-501)") {
  auto e = told("steps:\n  - { create: b, type: batch, ttl: 1h, policies: [maker] }\n", "b");
  CHECK(e.radius.refusal == "batch tokens cannot be revoked");
  CHECK(e.radius.dead.empty());
  CHECK_FALSE(e.renewals.refusal.empty());
  CHECK_FALSE(e.chain[0].refusal.empty());
  CHECK(e.chain[0].limit == 1h);
  CHECK(e.hard_end.at == 1h);
}

TEST_CASE("a renewal that is capped already is reported as such (I-10)") {
  auto e = told(R"(
steps:
  - { create: a, ttl: 2m, explicit_max_ttl: 2m, policies: [maker] }
  - { at: 1m59s }
)",
                "a");
  CHECK(e.renewals.grant == 1s);
  CHECK(e.renewals.first_cut == 2min);
  CHECK(e.hard_end.at == 2min);
}

TEST_CASE("the chain of a batch token's lease goes through the batch token (I-09)") {
  auto e = told(R"(
steps:
  - { create: app, ttl: 1h, policies: [maker] }
  - { create: b, as: app, type: batch, ttl: 3m, policies: [maker] }
  - { read: aws/creds/deploy, as: b, save: keys }
)",
                "keys");
  REQUIRE(e.chain.size() == 4);
  CHECK(e.chain[0].bound == ttl_bound::owner);
  CHECK(e.chain[0].end == 3min);
  CHECK(e.chain[1].name == "b");
  CHECK(e.chain[2].name == "app");
  CHECK(e.hard_end.at == 3min);
}

TEST_CASE("by default the time is that of the last step at which the token or lease is alive") {
  constexpr auto revoked = R"(
steps:
  - { create: app, ttl: 1h, policies: [maker] }
  - { at: 10m, create: job, as: app, ttl: 4h }
  - { at: 10m, revoke: app }
  - { at: 30m }
)";
  auto e = told(revoked, "app");
  CHECK(e.at == 10min);
  CHECK(e.moment == "the last step at which it lives");
  CHECK(dead(e) == names{"job", "app"});
  CHECK(told(family, "sidecar").moment == "the end of the scenario");
}

TEST_CASE("at an instant its steps come before its deadlines") {
  CHECK(told(family, "app", 1h).as_it_stands.at == 1h);
  CHECK(refused(family, "app", 1h + 1ns) ==
        "`app` is dead at 1h0.000000001s: at 1h its own TTL ran out; ask with --at 59m59s or "
        "earlier");
}

TEST_CASE("the mark stands at what ends first also where renewals go on for ever (I-05)") {
  auto e = told(R"(
steps:
  - { login: bob, with: periodic/bob }
  - { at: 10m, create: k, as: bob, period: 1h, policies: [maker] }
)",
                "k");
  CHECK(e.open_ended);
  CHECK(e.as_it_stands.at == 30min);
  CHECK_FALSE(e.chain[0].binding);
  CHECK(e.chain[1].binding);
  CHECK_FALSE(e.chain[1].limiting);
}

TEST_CASE("remaining uses are shown, of the token and of those above it (R-302, I-15)") {
  auto e = told(R"(
steps:
  - { create: app, ttl: 1h, num_uses: 3, policies: [maker] }
  - { read: aws/creds/deploy, as: app, save: keys }
)",
                "keys");
  CHECK(e.chain[0].uses_left == 0);
  CHECK(e.chain[1].uses_left == 2);
  CHECK(e.chain[2].uses_left == 0);
}

TEST_CASE("without a moment an earlier one is named at which more dies") {
  constexpr auto busy = R"(
steps:
  - { at: 1m, create: app, ttl: 1h, policies: [maker] }
  - { at: 2m, create: job, as: app, ttl: 5m, policies: [maker] }
  - { at: 3m, create: job2, as: app, ttl: 5m, policies: [maker] }
  - { at: 30m }
)";
  auto e = told(busy, "root");
  CHECK(dead(e) == names{"app", "root"});
  CHECK(e.busiest == 3min);
  CHECK(dead(told(busy, "root", 3min)).size() == 4);
  CHECK(told(busy, "root", 3min).busiest == never);
  CHECK(told(busy, "job").busiest == never);
}

TEST_CASE("what cannot be explained is refused in a sentence") {
  CHECK(refused(family, "jbo") == "unknown handle `jbo`, did you mean `job`?\n"
                                  "handles: root, app, job, keys, sidecar, other");
  CHECK(refused(family, "other", 3h) ==
        "`other` is dead at 3h: at 2h its own TTL ran out; ask with --at 1h59m59s or earlier");
  constexpr auto late = "steps:\n  - { at: 5m, create: t, ttl: 1h, policies: [maker] }\n"
                        "  - { create: f, as: t, policies: [root] }\n";
  CHECK(refused(late, "t", 4min) == "`t` does not exist yet at 4m: it is bound at 5m");
  CHECK(refused(late, "f") ==
        "`f` is never bound: the request at 5m that should bind it was refused");
}

TEST_CASE("the same question has the same answer") {
  auto a = told(family, "app");
  auto b = told(family, "app");
  CHECK(dead(a) == dead(b));
  CHECK(a.hard_end.at == b.hard_end.at);
  CHECK(a.renewals.first_cut == b.renewals.first_cut);
}

TEST_CASE("the clients of a scenario do not renew what is left alone") {
  auto e = told(R"(
clients: { web: { login: userpass/amy, renew: { at: 1/2 } } }
steps:
  - { at: 45m, expect: { web: alive } }
)",
                "web", 40min);
  // Renewed at 30m, for an hour.
  CHECK(e.as_it_stands.at == 90min);
}
