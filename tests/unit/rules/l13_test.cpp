#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("what expires a nanosecond before its deadline breaks L13") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 30min);
  s.at(30min - 1ns);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, true);
  s.lease_gone_now(5);
  s.at(1h - 1ns);
  s.end(1, end_cause::deadline);
  s.gone(1);
  CHECK(s.broken() == lines{"L13: at 29m59.999999999s: l5 expired, but its deadline is 30m",
                            "L13: at 59m59.999999999s: t1 expired, but its deadline is 1h"});
}

TEST_CASE("what is removed alive breaks L13") {
  rule_story s;
  s.token(1);
  s.gone(1);
  CHECK(s.evidence("L13") == "at 0s: t1 was removed while it was alive");
}

TEST_CASE("a backend told to revoke what stands breaks L13 unless a request asked (R-614)") {
  rule_story s;
  s.token(1);
  s.lease(5, 1);
  s.lease(6, 1);
  s.at(1min);
  s.received("sys/leases/revoke");
  s.attempt(5, 1, false);
  s.answered();
  CHECK(s.broken_so_far() == lines{});
  s.at(2min);
  s.attempt(6, 1, false, 2min + 20s);
  CHECK(s.evidence("L13") == "at 2m: a backend was told to revoke l6 while it stood");
}

TEST_CASE("what expires at its deadline and goes then keeps all rules") {
  rule_story s;
  s.token(1);
  s.at(1h);
  s.end(1, end_cause::deadline);
  s.gone(1);
  CHECK(s.broken() == lines{});
}
