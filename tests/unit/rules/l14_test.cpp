#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a revocation that nobody asked for breaks L14") {
  rule_story s;
  s.token(1);
  s.at(10min);
  s.end(1, end_cause::revoke);
  s.gone(1);
  CHECK(s.broken() ==
        lines{"L14: at 10m: t1 ended because of revoke, but nothing of the kind happened"});
}

TEST_CASE("a last use that did not happen, and a prefix that nobody named, break L14") {
  rule_story s;
  s.token(1);
  s.token(2);
  s.received("auth/token/revoke");
  s.end(1, end_cause::last_use);
  s.gone(1);
  s.end(2, end_cause::prefix);
  s.gone(2);
  s.answered();
  CHECK(s.broken() ==
        lines{"L14: at 0s: t1 ended because of last_use, but nothing of the kind happened",
              "L14: at 0s: t2 ended because of prefix, but nothing of the kind happened"});
}

TEST_CASE("a child that ends with a token that is not above it breaks L14") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  s.token(3);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end(2, end_cause::ancestor, 3);
  s.gone(2);
  s.end(3, end_cause::revoke);
  s.gone(3);
  s.answered();
  CHECK(s.broken() ==
        lines{"L14: at 10m: t2 ended because of t3, whose end cannot have taken it along"});
}

TEST_CASE("a tree that ends from below because of its top keeps all rules, its leases too") {
  rule_story s;
  s.token(1);
  s.token(2, 1, 4h);
  s.token(3, 2, 4h);
  s.lease(5, 3, 8h);
  s.at(1h);
  s.end(1, end_cause::deadline);
  s.end(3, end_cause::ancestor, 1);
  s.gone(3);
  s.end(2, end_cause::ancestor, 1);
  s.gone(2);
  s.gone(1);
  s.end_lease(5, end_cause::ancestor, 1, 3);
  s.attempt(5, 1, true);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{});
}

TEST_CASE("a later token with a chosen id takes former children along (R-526)") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  s.received("auth/token/revoke-orphan");
  s.end(1, end_cause::revoke);
  s.orphaned(2);
  s.gone(1);
  s.answered();
  auto again = s.made(3);
  again.name.custom = std::make_shared<const std::string>("chosen");
  s.tell(again);
  s.received("auth/token/revoke");
  s.end(2, end_cause::ancestor, 3);
  s.gone(2);
  s.end(3, end_cause::revoke);
  s.gone(3);
  s.answered();
  CHECK(s.broken() == lines{});
}

TEST_CASE("a wrapping token ends of its last use when another token unwraps it (R-1008)") {
  rule_story s;
  auto wrapping = s.made(1);
  wrapping.wrapping = true;
  wrapping.uses = 1;
  s.tell(wrapping);
  s.received("sys/wrapping/unwrap");
  s.end(1, end_cause::last_use);
  s.gone(1);
  s.answered();
  CHECK(s.broken() == lines{});
}

TEST_CASE("tidy may end a lease whose token is gone, and none whose token is there (R-620)") {
  rule_story s;
  s.token(1, 0, 4h);
  s.token(2, 0, 4h);
  s.lease(6, 1);
  s.received("auth/token/revoke");
  s.end(2, end_cause::revoke);
  s.gone(2);
  s.answered();
  s.lease(5, 0, 1h, 2); // of a request that was under way
  s.at(10min);
  s.received("sys/leases/tidy");
  s.end_lease(5, end_cause::tidy);
  s.lease_gone_now(5);
  CHECK(s.broken_so_far() == lines{});
  s.end_lease(6, end_cause::tidy);
  s.lease_gone_now(6);
  s.answered();
  CHECK(s.evidence("L14") == "at 10m: tidy ended l6, although its token t1 is still there");
}
