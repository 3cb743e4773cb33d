#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a lease of another owner, or of none, breaks L18 (R-604)") {
  rule_story s;
  s.token(1);
  s.token(2);
  s.lease(5, 2, 1h, 1);
  s.lease(6, 0, 1h, 1);
  CHECK(s.broken() == lines{"L18: at 0s: l5, made by t1, would end with another token",
                            "L18: at 0s: l6, made by t1, ends with no token"});
}

TEST_CASE("a lease of a batch token that belongs to itself breaks L18") {
  rule_story s;
  s.token(1);
  s.batch(2, 1);
  s.lease(5, 2, 1h, 2);
  CHECK(s.evidence("L18") == "at 0s: l5, made by t2, would end with another token");
}

TEST_CASE(
    "service tokens own their leases, parents those of batch tokens, nobody those of orphans") {
  rule_story s;
  s.token(1);
  s.batch(2, 1);
  s.batch(3);
  s.lease(5, 1, 1h, 1);
  s.lease(6, 1, 1h, 2);
  s.lease(7, 0, 1h, 3);
  CHECK(s.broken() == lines{});
}

TEST_CASE("a lease for a request whose token went under way belongs to nobody (R-529)") {
  rule_story s;
  s.token(1);
  s.received("database/creds/app", 1);
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.lease(5, 0, 1h, 1);
  s.answered();
  CHECK(s.broken() == lines{});
}
