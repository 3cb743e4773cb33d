#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a batch token that outlives its parent breaks L07 (R-1617)") {
  rule_story s;
  s.token(1);
  s.batch(2, 1, 4h);
  s.at(1h);
  s.end(1, end_cause::deadline);
  s.gone(1);
  CHECK(s.evidence("L07") == "at 1h: the batch token t2 outlives its parent t1");
}

TEST_CASE("a batch token let in after its parent's deadline breaks L07, sealed or not (R-522, "
          "R-1602)") {
  rule_story s;
  s.token(1);
  s.batch(2, 1, 4h);
  s.tell(seal_changed{true});
  s.at(2h);
  s.received("secret/a", 2);
  CHECK(s.evidence("L07") == "at 2h: t2 was let in after its parent t1 had ended");
}

TEST_CASE("a batch token works to the very end of its parent, and not longer (R-122)") {
  rule_story s;
  s.token(1);
  s.batch(2, 1, 4h);
  s.at(1h);
  s.received("secret/a", 2);
  s.answered();
  s.end(1, end_cause::deadline);
  s.gone(1);
  s.end(2, end_cause::ancestor, 1);
  s.gone(2);
  CHECK(s.broken() == lines{});
}
