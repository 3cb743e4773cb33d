#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a lease renewed past issue and maximum breaks L19") {
  rule_story s({10h, 0s, false});
  s.token(1, 0, 9h);
  s.lease(5, 1, 9h);
  s.at(5h);
  s.renew_lease(5, 5h + 2s);
  CHECK(s.broken() == lines{"L19: at 5h: l5 was granted until 10h2s, more than the maximum of 10h "
                            "after its issue at 0s"});
}

TEST_CASE("a mount's own maximum counts instead of the system's, also if it is greater (R-233)") {
  rule_story s({10h, 0s, false});
  request enable;
  enable.op = operation::update;
  enable.path = "sys/mounts/database";
  enable.body = {{"type", "database"}, {"config", {{"max_lease_ttl", "20h"}}}};
  s.received(std::move(enable));
  s.answered();
  s.token(1, 0, 9h);
  s.lease(5, 1, 20h);
  CHECK(s.broken_so_far() == lines{});
  s.lease(6, 1, 21h);
  CHECK(s.evidence("L19") ==
        "at 0s: l6 was granted until 21h, more than the maximum of 20h after its issue at 0s");
}
