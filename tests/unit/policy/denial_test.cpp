// Why an ACL refuses: the rule that decided, of which policy, and what it wants.

#include "actors/policy/acl.hpp"
#include "actors/policy/parse.hpp"
#include "tests/support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using namespace lapse;
using namespace lapse::policy;

namespace {

struct asked {
  operation op = operation::read;
  std::string path;
  nlohmann::json body = nullptr;
  std::optional<duration> wrap = std::nullopt;
  bool sudo = false;
};

/// A test that explains a request which is not refused would prove nothing.
refusal_reason denial(std::string_view text, const asked& what) {
  const auto parsed = read_policy("p", text, 0);
  REQUIRE(parsed.has_value());
  const std::vector<const lapse::policy::policy*> all{&*parsed};
  const acl rights{all, false};
  const auto* body = what.body.is_null() ? nullptr : &what.body;
  const auto decision = rights.check(what.op, what.path, body, what.wrap);
  CHECK_FALSE((decision.allowed && (decision.sudo || !what.sudo)));
  return rights.denial(what.op, what.path, body, what.wrap, what.sudo);
}

} // namespace

TEST_CASE("a path without a rule is refused with the rule that is nearest to it") {
  auto why = denial(R"(path "database/cred/app" { capabilities = ["read"] }
                       path "kv/*" { capabilities = ["read"] })",
                    {operation::read, "database/creds/app"});
  CHECK(why.kind == refusal_kind::no_rule);
  CHECK(why.text == "no policy of it has a rule for this path; the nearest is `database/cred/app` "
                    "of policy `p`");
  CHECK(why.rule == "database/cred/app");
  CHECK(why.policy == "p");
  CHECK(why.remedy == "`read` in a rule for database/creds/app");
  auto far = denial(R"(path "kv/*" { capabilities = ["read"] })", {operation::read, "sys/mounts"});
  CHECK(far.text == "no policy of it has a rule for this path");
  CHECK(far.rule.empty());
}

TEST_CASE("the nearest rule is the one that was meant") {
  // The rule of version 1 of kv for a path of version 2.
  for (const auto* path : {"secret/data/team-a/db", "secret/metadata/team-a"}) {
    CAPTURE(path);
    const auto kv =
        denial(R"(path "secret/team-a/*" { capabilities = ["read"] })", {operation::read, path});
    CHECK(kv.rule == "secret/team-a/*");
  }
  CHECK(denial(R"(path "kv/app/*" { capabilities = ["read"] })", {operation::read, "kv/other/x"})
            .rule == "kv/app/*");
  // A rule of one's own is nearer than any of `default`.
  const auto own = read_policy("wide", R"(path "sys/leases" { capabilities = ["sudo"] })", 0);
  const auto usual =
      read_policy("default", R"(path "sys/leases/renew" { capabilities = ["update"] })", 0);
  REQUIRE(own);
  REQUIRE(usual);
  const acl both{std::vector{&*own, &*usual}, false};
  CHECK(both.denial(operation::update, "sys/leases/revoke", nullptr, std::nullopt, true).policy ==
        "wide");
  const acl alone{std::vector{&*usual}, false};
  CHECK(alone.denial(operation::update, "sys/leases/revoke", nullptr, std::nullopt, true).policy ==
        "default");
}

TEST_CASE("a rule that decides says what it gives and what was needed") {
  auto why = denial(R"(path "kv/+/x-*" { capabilities = ["read", "list"] })",
                    {operation::update, "kv/a/x-1"});
  CHECK(why.kind == refusal_kind::capability);
  CHECK(why.text == "`kv/+/x-*` of policy `p` gives `list`, `read`, and this needs `update`");
  auto nothing = denial(R"(path "kv/a" { capabilities = [] })", {operation::read, "/kv/a"});
  CHECK(nothing.text == "`kv/a` of policy `p` gives nothing, and this needs `read`");
}

TEST_CASE("a deny and a missing sudo are told apart from a missing capability") {
  auto deny =
      denial(R"(path "kv/*" { capabilities = ["read", "deny"] })", {operation::read, "kv/a"});
  CHECK(deny.kind == refusal_kind::deny);
  CHECK(deny.text == "`kv/*` of policy `p` denies it");
  auto sudo = denial(R"(path "sys/audit" { capabilities = ["read"] })",
                     {operation::read, "sys/audit", nullptr, std::nullopt, true});
  CHECK(sudo.kind == refusal_kind::sudo);
  CHECK(sudo.remedy == "`read` and `sudo` in a rule for sys/audit");
}

TEST_CASE("a parameter that a rule does not let through is named") {
  constexpr auto text = R"(path "kv/a" {
    capabilities = ["update"]
    required_parameters = ["must"]
    allowed_parameters = { "must" = [], "one" = ["a", "b"], "n" = [1] }
    denied_parameters = { "bad" = [] }
  })";
  auto with = [&](nlohmann::json body) {
    auto why = denial(text, {operation::update, "kv/a", std::move(body)});
    CHECK(why.kind == refusal_kind::parameter);
    return why.text;
  };
  const std::string rule = "by `kv/a` of policy `p` ";
  CHECK(with(nullptr) == rule + "the required parameter `must` is missing");
  CHECK(with({{"must", 1}, {"bad", 1}}) == rule + "the parameter `bad` is denied");
  CHECK(with({{"must", 1}, {"x", 1}}) == rule + "the parameter `x` is not among those allowed");
  CHECK(with({{"must", 1}, {"one", "c"}}) ==
        rule + "the value \"c\" of parameter `one` is not among those allowed: [\"a\",\"b\"]");
  CHECK(with({{"must", 1}, {"n", 1}}) ==
        rule +
            "the value 1 of parameter `n` is not among those allowed: [1] (a number of a request "
            "is never that of a policy)");
}

TEST_CASE("bounds of wrapping and of pages are told") {
  constexpr auto text = R"(path "kv/*" {
    capabilities = ["read", "list"]
    min_wrapping_ttl = "1m"
    max_wrapping_ttl = "1h"
  })";
  auto none = denial(text, {operation::read, "kv/a"});
  CHECK(none.kind == refusal_kind::wrapping);
  CHECK(none.text == "`kv/*` of policy `p` wants a wrapping TTL of at least 1m and at most 1h, "
                     "and none was asked for");
  auto page = denial(R"(path "kv/*" { capabilities = ["list"]
                                      pagination_limit = 10 })",
                     {operation::list, "kv/", {{"limit", "11"}}});
  CHECK(page.kind == refusal_kind::page);
}
