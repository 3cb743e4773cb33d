#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a token renewed or let in after its end breaks L16") {
  rule_story s;
  s.token(1);
  s.token(2);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.end(2, end_cause::revoke);
  s.gone(2);
  s.answered();
  s.at(1min);
  s.renew(1, 1h);
  s.received("secret/a", 2);
  CHECK(s.broken_so_far() == lines{"L16: at 1m: t1 was renewed after it had ended at 0s",
                                   "L16: at 1m: t2 was let in after it had ended at 0s"});
}

TEST_CASE("a token let in after its deadline breaks L16 even if nobody reported its end (R-120)") {
  rule_story s;
  s.token(1);
  s.tell(seal_changed{true});
  s.at(1h);
  s.received("secret/a", 1);
  s.answered();
  CHECK(s.broken_so_far() == lines{});
  s.at(1h + 1ns);
  s.received("secret/a", 1);
  s.answered();
  CHECK(s.evidence("L16") == "at 1h0.000000001s: t1 was let in after it had ended at 1h");
}

TEST_CASE("a lease renewed after its end breaks L16 (R-426)") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 10min);
  s.at(10min);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, false, 10min + 20s);
  s.at(10min + 5s);
  s.renew_lease(5, 10min);
  CHECK(s.broken() == lines{"L16: at 10m5s: l5 was renewed after it had ended at 10m"});
}

TEST_CASE("a lease of a batch token comes back while that token lives, and not after it (R-425)") {
  rule_story s;
  s.token(1, 0, 8h);
  s.batch(2, 1, 4h);
  s.lease(5, 1, 1h, 2);
  s.at(1h);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, false, 1h + 20s);
  s.at(1h + 10s);
  s.renew_lease(5, 1h);
  CHECK(s.broken_so_far() == lines{});
  s.at(1h + 11s);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.answered();
  s.end(2, end_cause::ancestor, 1);
  s.gone(2);
  s.end_lease(5, end_cause::ancestor, 1, 1);
  s.attempt(5, 2, false, 1h + 51s);
  s.at(1h + 20s);
  s.renew_lease(5, 1h);
  CHECK(s.evidence("L16") == "at 1h20s: l5 was renewed after it had ended at 1h11s");
}
