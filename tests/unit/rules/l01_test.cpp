#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a child that works below a parent that is gone breaks L01 (R-1611)") {
  rule_story s;
  s.token(1);
  s.token(2, 1, 4h);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.answered();
  CHECK(s.evidence("L01") == "at 10m: t2 still works although its parent t1 is gone");
}

TEST_CASE("a child made under a parent that is gone breaks L01 (R-528)") {
  rule_story s;
  s.token(1);
  s.at(10min);
  s.received("auth/token/revoke");
  s.end(1, end_cause::revoke);
  s.gone(1);
  s.token(2, 1);
  s.answered();
  CHECK(s.evidence("L01") == "at 10m: t2 still works although its parent t1 is gone");
}

TEST_CASE("an orphaned child lives on without breaking a rule (R-524)") {
  rule_story s;
  s.token(1);
  s.token(2, 1, 4h);
  s.token(3, 2, 4h);
  s.at(10min);
  s.received("auth/token/revoke-orphan");
  s.end(1, end_cause::revoke);
  s.orphaned(2);
  s.gone(1);
  s.answered();
  CHECK(s.broken() == lines{});
}
