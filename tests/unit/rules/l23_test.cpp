#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

void fail_once(rule_story& s, duration pause) {
  s.token(1, 0, 10h);
  s.lease(5, 1, 10min);
  s.at(10min);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, false, 10min + pause);
}

void revoke_at(rule_story& s, instant at) {
  s.at(at);
  s.attempt(5, 2, true);
  s.lease_gone_now(5);
}

} // namespace

TEST_CASE("a pause that is not 20 s breaks L23 (R-641)") {
  rule_story s;
  fail_once(s, 21s);
  revoke_at(s, 10min + 21s);
  CHECK(s.broken() ==
        lines{"L23: at 10m: the pause after attempt 1 to revoke l5 is 21s instead of 20s"});
}

TEST_CASE("an attempt before or after its time breaks L23") {
  SECTION("before") {
    rule_story s;
    fail_once(s, 20s);
    revoke_at(s, 10min + 19s);
    CHECK(s.broken() ==
          lines{"L23: at 10m19s: an attempt to revoke l5 came before its time, which was 10m20s"});
  }
  SECTION("after") {
    rule_story s;
    fail_once(s, 20s);
    revoke_at(s, 10min + 21s);
    CHECK(s.broken() ==
          lines{"L23: at 10m21s: an attempt to revoke l5 came after its time, which was 10m20s"});
  }
}

TEST_CASE("with jitter a pause is 0.5 to 1.5 times as long") {
  auto broken = [](duration pause) {
    rule_story s({768h, 0s, true});
    fail_once(s, pause);
    revoke_at(s, 10min + pause);
    return !s.broken().empty();
  };
  CHECK(broken(10s - 1ns));
  CHECK_FALSE(broken(10s));
  CHECK_FALSE(broken(30s - 1ns));
  CHECK(broken(30s));
}

TEST_CASE("another revocation during the pause starts the next attempt at once (R-645)") {
  SECTION("by a request") {
    rule_story s;
    fail_once(s, 20s);
    s.at(10min + 5s);
    s.received("sys/leases/revoke");
    revoke_at(s, 10min + 5s);
    s.answered();
    CHECK(s.broken() == lines{});
  }
  SECTION("with the owner, whose own revocation waited for a worker") {
    rule_story s({768h, 1min, false});
    s.token(1, 0, 10min - 20s);
    s.lease(5, 1, 9min);
    s.at(9min);
    s.end_lease(5, end_cause::deadline);
    s.at(10min - 20s);
    s.end(1, end_cause::deadline);
    s.at(10min);
    s.attempt(5, 1, false, 10min + 20s);
    s.at(10min + 5s);
    s.gone(1);
    revoke_at(s, 10min + 5s);
    CHECK(s.broken() == lines{});
  }
  SECTION("with the owner") {
    rule_story s;
    s.token(1, 0, 10min + 5s);
    s.lease(5, 1, 10min);
    s.at(10min);
    s.end_lease(5, end_cause::deadline);
    s.attempt(5, 1, false, 10min + 20s);
    s.at(10min + 5s);
    s.end(1, end_cause::deadline);
    s.gone(1);
    revoke_at(s, 10min + 5s);
    CHECK(s.broken() == lines{});
  }
}
