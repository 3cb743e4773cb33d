#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a credential taken away twice breaks L25") {
  rule_story s;
  s.token(1);
  s.lease(5, 1);
  s.lease(6, 1);
  s.credential(5, 1);
  s.credential(6, 1);
  s.credential(5, -1);
  s.credential(5, -1);
  CHECK(s.broken() == lines{"L25: at 0s: a credential of l5 was taken away that did not exist"});
}

TEST_CASE("two credentials of one lease break L25") {
  rule_story s;
  s.token(1);
  s.lease(5, 1);
  s.credential(5, 1);
  s.credential(5, 1);
  CHECK(s.broken() == lines{"L25: at 0s: l5 has more than one credential"});
}

TEST_CASE("fewer than no credentials without a lease break L25, any number of them does not") {
  rule_story s;
  s.credential(0, 1);
  s.credential(0, 1);
  CHECK(s.broken_so_far() == lines{});
  s.credential(0, -3);
  CHECK(s.evidence("L25") == "at 0s: fewer than no credentials exist at database/");
}
