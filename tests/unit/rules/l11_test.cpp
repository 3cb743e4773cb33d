#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a lease that outlives the batch token that made it breaks L11 (R-605)") {
  rule_story s;
  s.token(1, 0, 8h);
  s.batch(2, 1, 1h);
  s.lease(5, 1, 2h, 2);
  CHECK(s.broken() ==
        lines{"L11: at 0s: l5 was granted until 2h, past the end of its batch token t2 at 1h"});
}

TEST_CASE("a renewal past the end of the batch token breaks L11 (R-425)") {
  rule_story s;
  s.token(1, 0, 8h);
  s.batch(2, 1, 1h);
  s.lease(5, 1, 30min, 2);
  s.at(20min);
  s.renew_lease(5, 41min);
  CHECK(s.evidence("L11") != "");
}

TEST_CASE(
    "a lease up to the end of its batch token keeps all rules; a service token cuts nothing") {
  rule_story s;
  s.token(1, 0, 1h);
  s.batch(2, 1, 30min);
  s.lease(5, 1, 30min, 2);
  s.lease(6, 1, 700h);
  CHECK(s.broken() == lines{});
}
