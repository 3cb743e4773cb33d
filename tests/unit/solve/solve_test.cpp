#include "sim/solve/solve.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::solve;
using namespace std::chrono_literals;

namespace {

/// Logins every minute for an hour: with a TTL of n minutes there are n + 1 of them at most.
constexpr auto logins = R"(lapse: 1
name: logins
auth: { approle: { type: approle, roles: { web: { token_ttl: 5m } } } }
steps:
  - repeat: { times: 60, every: 1m, steps: [ { login: "t{i}", with: approle/web } ] }
always:
  - { leases: { at_most: 20 } }
)";

tl::expected<solution, std::vector<document::load_error>>
solved(const std::string& text, const std::string& vary, wanted want = wanted::largest) {
  solve_question question;
  auto read = read_variation(vary);
  REQUIRE(read);
  question.vary = *read;
  question.want = want;
  return solve::solve(text, "x.yaml", {}, question);
}

} // namespace

TEST_CASE("durations go in seconds, or finer if an end does; numbers stay numbers") {
  const auto seconds = read_variation("a.b=90..1h");
  REQUIRE(seconds);
  CHECK(seconds->key == "a.b");
  CHECK(seconds->low == 90);
  CHECK(seconds->high == 3600);
  CHECK(seconds->text(2999) == "49m59s");
  CHECK(seconds->assignment(3600) == "a.b=1h");
  CHECK(read_variation("k=2d..32d")->text(32 * 86'400) == "32d");
  const auto finer = read_variation("k=500ms..2s");
  REQUIRE(finer);
  CHECK(finer->low == 500);
  CHECK(finer->text(1500) == "1.5s");
  const auto numbers = read_variation("server.revocation_workers=1..200");
  REQUIRE(numbers);
  CHECK_FALSE(numbers->durations());
  CHECK(numbers->text(20) == "20");
}

TEST_CASE("what cannot be varied is refused in words") {
  for (const auto* text : {"", "k", "k=", "=1..2", "k=1", "k=1..", "k=..2"})
    CHECK(read_variation(text).error().find("takes KEY=LOW..HIGH") != std::string::npos);
  for (const auto* text : {"k=a..b", "k=1..b", "k=1h..x", "k=1.5..2.5", "k=x..1h"})
    CHECK(read_variation(text).error().find("neither a duration") != std::string::npos);
  CHECK(read_variation("k=2h..1h").error().find("write the lower end first") != std::string::npos);
}

TEST_CASE("the boundary is exact to the second, with what breaks beyond it") {
  const auto seen = solved(logins, "auth.approle.roles.web.token_ttl=1m..2h");
  REQUIRE(seen);
  REQUIRE(seen->found.holds);
  // The 21st comes at the very second that a TTL of 20 minutes ends: a login before it.
  CHECK(seen->found.holds->first == 60);
  CHECK(seen->found.holds->last == 19 * 60 + 59);
  CHECK_FALSE(seen->below);
  REQUIRE(seen->above);
  CHECK(seen->above->value == 20 * 60);
  CHECK(seen->above->why.at == 20min);
  CHECK(seen->above->why.line == 7);
  CHECK(seen->above->why.what.find("always") == 0);
  CHECK(seen->scenario == "logins");
}

TEST_CASE("a sweep finds the same boundary") {
  const auto seen = solved(logins, "auth.approle.roles.web.token_ttl=19m30s..20m30s");
  REQUIRE(seen);
  for (std::int64_t value = 19 * 60 + 30; value <= 20 * 60 + 30; ++value) {
    const auto text = "auth.approle.roles.web.token_ttl=" + std::to_string(value) + "s.." +
                      std::to_string(value) + "s";
    CHECK(solved(logins, text)->found.holds.has_value() == (value <= seen->found.holds->last));
  }
}

TEST_CASE("a number has the boundary of its unit") {
  const auto seen = solved(logins, "steps.0.repeat.times=1..50");
  REQUIRE(seen);
  // A TTL of five minutes bounds them whatever their number.
  CHECK(seen->found.holds->last == 50);
  CHECK_FALSE(seen->above);
  const auto limit = solved(logins, "always.0.leases.at_most=0..100", wanted::smallest);
  REQUIRE(limit);
  CHECK(limit->found.holds->first == 6);
  REQUIRE(limit->below);
  CHECK(limit->below->value == 5);
}

TEST_CASE("a value with which the file is refused does not hold") {
  const auto seen = solved(logins, "server.max_lease_ttl=10m..800h");
  REQUIRE(seen);
  REQUIRE(seen->found.holds);
  CHECK(seen->found.holds->last == 800 * 3600);
  REQUIRE(seen->below);
  CHECK(seen->below->why.refused());
  CHECK_FALSE(seen->below->why.seen.empty());
}

TEST_CASE("a key that cannot be is an error, and no value need hold") {
  const auto wrong = solved(logins, "auth.approle.roles.web.token_tll=1m..2h");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().front().text.find("token_tll") != std::string::npos);
  const auto none = solved(logins, "auth.approle.roles.web.token_ttl=1h..2h");
  REQUIRE(none);
  CHECK_FALSE(none->found.holds);
  REQUIRE(none->below);
  CHECK(none->below->value == 3600);
  REQUIRE(none->above);
  // One value breaks in one place.
  const auto one = solved(logins, "auth.approle.roles.web.token_ttl=1h..1h");
  REQUIRE(one);
  CHECK(one->below.has_value());
  CHECK_FALSE(one->above.has_value());
}
