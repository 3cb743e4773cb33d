#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a parent that goes before its child breaks L02 (R-1612)") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.end(2, end_cause::ancestor, 1);
  s.gone(2);
  s.answered();
  CHECK(s.broken() == lines{"L02: at 10m: t1 is gone before its child t2"});
}

TEST_CASE("children before their parent keep all rules, batch children whenever they end (R-511)") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  s.batch(3, 1);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end(2, end_cause::ancestor, 1);
  s.gone(2);
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.answered();
  s.end(3, end_cause::ancestor, 1);
  s.gone(3);
  CHECK(s.broken() == lines{});
}
