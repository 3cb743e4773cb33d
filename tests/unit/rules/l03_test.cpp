#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a lease that stands after its token went breaks L03 (R-1613)") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 8h);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.answered();
  CHECK(s.broken() == lines{"L03: at 10m: l5 still stands although its token t1 is gone"});
}

TEST_CASE("leases that end in the instant their token goes keep all rules") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 8h);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.answered();
  s.end_lease(5, end_cause::ancestor, 1, 1);
  s.attempt(5, 1, true);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{});
}

TEST_CASE("a lease made for a request that was under way when its token went may stand (R-529)") {
  rule_story s;
  s.token(1);
  s.at(10min);
  s.received("database/creds/app", 1);
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.lease(5, 1, 8h);
  s.answered();
  s.at(20min);
  CHECK(s.broken() == lines{});
}
