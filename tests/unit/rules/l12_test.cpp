#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a token or lease that ends twice breaks L12 (R-1601)") {
  rule_story s;
  s.token(1);
  s.lease(5, 1);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end_lease(5, end_cause::revoke);
  s.end_lease(5, end_cause::ancestor, 1, 1);
  s.end(1, end_cause::revoke);
  s.end(1, end_cause::last_use);
  s.gone(1);
  s.attempt(5, 1, true);
  s.lease_gone_now(5);
  s.answered();
  CHECK(s.broken() ==
        lines{"L12: at 10m: l5 ended twice: because of revoke, then because of an ancestor",
              "L12: at 10m: t1 ended twice: because of revoke, then because of last_use"});
}

TEST_CASE("on a tie any cause but the own deadline breaks L12") {
  rule_story s;
  s.token(1);
  s.at(1h);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.answered();
  CHECK(s.broken() ==
        lines{"L12: at 1h: t1 had reached its deadline, but ended because of revoke"});
}

TEST_CASE("what is removed twice breaks L12") {
  rule_story s;
  s.token(1);
  s.at(1h);
  s.end(1, end_cause::deadline);
  s.gone(1);
  s.gone(1);
  CHECK(s.broken() == lines{"L12: at 1h: t1 was removed twice"});
}

TEST_CASE("a lease of a living batch token that R-425 brought back ends once more") {
  rule_story s;
  s.token(1, 0, 8h);
  s.batch(2, 1, 4h);
  s.lease(5, 1, 1h, 2);
  s.at(1h);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, false, 1h + 20s);
  s.at(1h + 10s);
  s.renew_lease(5, 1h);
  s.at(2h + 10s);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 2, true);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{});
}
