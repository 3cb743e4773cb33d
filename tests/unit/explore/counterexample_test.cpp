// What shrinking keeps: the cause that was found, and no claim that is not needed.

#include "sim/explore/counterexample.hpp"

#include "sim/explore/proof.hpp"
#include "sim/explore/source_dpor.hpp" // read before `engine` means two things
#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"

#include <string>

using namespace lapse;
using namespace lapse::explore;

namespace {

counterexample shrunk_case(const std::string& text) {
  auto found = prove_or_sample(load_plan(text), {});
  REQUIRE(found.failed);
  counterexample_source source;
  source.text = text;
  source.file = "test";
  source.run = *found.failed;
  auto small = make_counterexample(source, {});
  REQUIRE(small);
  REQUIRE(!small->failures.empty());
  return *small;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("what fails in file order is a plain failure: no decision log, no claim of an order") {
  auto small = shrunk_case(R"(lapse: 1
steps:
  - { create: a, ttl: 1h }
  - { create: b, ttl: 3h }
  - together: [ { lookup: b }, { renew: b } ]
  - { at: 2h, expect: { a: alive } }
)");
  CHECK(small.plain);
  CHECK(small.fails_as_given);
  CHECK(!holds(small.text, "decisions"));
  CHECK(small.steps_after == 2);
}

TEST_CASE("a case that only a drawn value breaks is plain, but the scenario as given does not show "
          "it") {
  auto small = shrunk_case(R"(lapse: 1
steps:
  - { create: a, ttl: 1h..4h }
  - { at: 3h, expect: { a: expired } }
)");
  CHECK(small.plain);
  CHECK(!small.fails_as_given);
}

TEST_CASE("what only some order shows keeps its decisions") {
  auto small = shrunk_case(R"(lapse: 1
policies: { p: 'path "auth/token/renew-self" { capabilities = ["update"] }' }
steps:
  - { create: a, ttl: 1h, policies: [p] }
  - together: [ { renew: a, self: true }, { revoke: a } ]
never: [ { status: 403 } ]
)");
  CHECK(!small.plain);
  CHECK(!small.fails_as_given);
  CHECK(holds(small.text, "decisions"));
}

TEST_CASE("shrinking keeps the cause, and tells of a smaller case with another") {
  // Left alone, the token would end too soon as well: at its own TTL.
  auto small = shrunk_case(R"(lapse: 1
steps:
  - { create: boss, ttl: 8h, policies: [root] }
  - { create: noise, ttl: 8h }
  - { create: a, as: boss, ttl: 1h }
  - { at: 30m, revoke: boss }
always: [ { alive: a, from: 0s, to: 5h } ]
)");
  CHECK(small.steps_after == 3);
  CHECK(holds(small.failures.front().evidence, "its parent"));
  REQUIRE(small.other);
  CHECK(small.other_steps < 3);
  CHECK(holds(small.other->evidence, "its own TTL ran out"));
}

TEST_CASE("the maximum that ended a token is the maximum that ends it in the small case") {
  auto small = shrunk_case(R"(lapse: 1
auth:
  userpass/: { type: userpass, users: { joe: { token_ttl: 1h, token_max_ttl: 4h } } }
steps:
  - { login: web, with: userpass/joe }
  - { keep: web, every: 30m, until: 10h }
  - { at: 5h, expect: { web: alive } }
)");
  CHECK(holds(small.failures.front().evidence, "the maximum TTL of role"));
}
