#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a second revocation at the backend breaks L20") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 10min);
  s.at(10min);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, true);
  s.attempt(5, 1, true);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{"L20: at 10m: a backend revoked l5 twice"});
}

TEST_CASE("a backend asked about a lease that was removed breaks L20") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 10min);
  s.at(10min);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, true);
  s.lease_gone_now(5);
  s.at(11min);
  s.received("sys/leases/revoke");
  s.attempt(5, 1, false);
  s.answered();
  CHECK(s.broken() == lines{"L20: at 11m: a backend was told to revoke l5 after it was removed"});
}

TEST_CASE("failed attempts before the one that works keep all rules") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 10min);
  s.at(10min);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, false, 10min + 20s);
  s.at(10min + 20s);
  s.attempt(5, 2, true);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{});
}
