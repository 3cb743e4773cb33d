#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

/// Fails attempts 1 to `count` in time; the instant after the last.
void fail_attempts(rule_story& s, std::int64_t count) {
  s.token(1, 0, 10h);
  s.lease(5, 1, 10min);
  instant now = 10min;
  s.at(now);
  s.end_lease(5, end_cause::deadline);
  for (std::int64_t n = 1; n <= count; ++n) {
    s.at(now);
    auto next = n < 6 ? now + 10s * (1 << n) : never;
    s.attempt(5, n, false, next);
    if (next != never)
      now = next;
  }
}

} // namespace

TEST_CASE("a seventh attempt breaks L22 (R-641)") {
  rule_story s;
  fail_attempts(s, 5);
  s.at(10min + 620s);
  s.attempt(5, 6, false, 10min + 1260s);
  s.at(10min + 1260s);
  s.attempt(5, 7, false);
  CHECK(s.evidence("L22") == "at 20m20s: a seventh attempt to revoke l5 was announced");
}

TEST_CASE("an attempt counted twice or left out breaks L22") {
  rule_story s;
  fail_attempts(s, 1);
  s.at(10min + 20s);
  s.attempt(5, 3, true);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{"L22: at 10m20s: attempt 3 to revoke l5 came after 1 failed ones"});
}

TEST_CASE("a lease given up too early, and one not given up after the sixth attempt, break L22") {
  SECTION("early") {
    rule_story s;
    fail_attempts(s, 4);
    s.at(10min + 300s);
    s.attempt(5, 5, false);
    s.tell(lease_irrevocable{lease_id{5}, "out of retries: down"});
    CHECK(s.evidence("L22") == "at 15m: the revocation of l5 was given up after 5 attempts");
  }
  SECTION("not at all") {
    rule_story s;
    fail_attempts(s, 6);
    CHECK(s.evidence("L22") ==
          "at 20m20s: the last attempt to revoke l5 failed, and it is not irrevocable");
  }
}

TEST_CASE(
    "six attempts, then irrevocable, and the daily attempt after them keep all rules (R-643)") {
  rule_story s;
  fail_attempts(s, 6);
  s.tell(lease_irrevocable{lease_id{5}, "out of retries: down"});
  s.at(24h);
  s.attempt(5, 7, true);
  s.lease_gone_now(5);
  s.end(1, end_cause::deadline);
  CHECK(s.broken_so_far() == lines{"L15: at 24h: t1 expired after its deadline, which was 10h"});
}

TEST_CASE("a seal starts the count again (R-645), and attempts of requests do not count (R-614)") {
  rule_story s;
  fail_attempts(s, 2);
  s.at(10min + 25s);
  s.received("sys/leases/revoke");
  s.attempt(5, 1, false);
  s.answered();
  s.at(10min + 30s);
  s.tell(seal_changed{true});
  s.at(10min + 31s);
  s.tell(seal_changed{false});
  s.attempt(5, 1, true);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{});
}
