#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("what expires late breaks L15") {
  rule_story s;
  s.token(1);
  s.at(1h + 1s);
  s.end(1, end_cause::deadline);
  s.gone(1);
  CHECK(s.broken() == lines{"L15: at 1h1s: t1 expired after its deadline, which was 1h"});
}

TEST_CASE("what has not ended when the run is over breaks L15") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 30min);
  s.at(1h + 1ns);
  s.tell(warning_raised{});
  CHECK(s.broken() ==
        lines{"L15: at 1h0.000000001s: t1 never ended, although its deadline was 1h",
              "L15: at 1h0.000000001s: l5 never ended, although its deadline was 30m"});
}

TEST_CASE("at the very deadline nothing has to have ended (R-120)") {
  rule_story s;
  s.token(1);
  s.at(1h);
  s.tell(warning_raised{});
  CHECK(s.broken() == lines{});
}

TEST_CASE("a seal holds deadlines back until the unseal (R-651)") {
  rule_story s;
  s.token(1);
  s.token(2, 0, 3h);
  s.tell(seal_changed{true});
  s.at(2h);
  s.tell(seal_changed{false});
  s.end(1, end_cause::deadline);
  s.gone(1);
  CHECK(s.broken_so_far() == lines{});
  s.at(4h);
  s.end(2, end_cause::deadline);
  s.gone(2);
  CHECK(s.evidence("L15") == "at 4h: t2 expired after its deadline, which was 3h");
}
