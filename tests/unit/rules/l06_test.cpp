#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

void limited(rule_story& s, std::int64_t uses) {
  auto e = s.made(1);
  e.uses = uses;
  s.tell(e);
}

} // namespace

TEST_CASE("a use that takes two breaks L06 (R-1616)") {
  rule_story s;
  limited(s, 3);
  s.used(1, 1);
  CHECK(s.broken() == lines{"L06: at 0s: a use took t1 from 3 to 1 uses left"});
}

TEST_CASE("a use after the last one breaks L06") {
  rule_story s;
  limited(s, 1);
  s.used(1, -1);
  s.used(1, -1);
  CHECK(s.evidence("L06") == "at 0s: t1 was used again after its last use");
}

TEST_CASE("counting the uses of an unlimited or a batch token breaks L06 (R-312)") {
  rule_story s;
  s.token(1);
  s.batch(2);
  s.used(1, -1);
  s.used(2, -1);
  auto broken = s.broken_so_far();
  CHECK(broken == lines{"L06: at 0s: a use of t1, whose uses are not limited, was counted",
                        "L06: at 0s: a use of the batch token t2 was counted"});
}

TEST_CASE("two uses counted down to the last keep all rules (R-302, R-303)") {
  rule_story s;
  limited(s, 2);
  s.used(1, 1);
  s.received("secret/a");
  s.used(1, -1);
  s.answered();
  s.end(1, end_cause::last_use);
  s.gone(1);
  CHECK(s.broken() == lines{});
}

TEST_CASE("a request with a limited token that takes no use breaks L06, one that is refused too "
          "(R-306)") {
  rule_story s;
  limited(s, 3);
  s.used(1, 2);
  s.received("secret/a", 1);
  s.answered();
  CHECK(s.broken_so_far() == lines{});
  s.received("secret/b", 1);
  s.answered(error_answer(403, "permission denied"));
  CHECK(s.evidence("L06") == "at 0s: a request with t1 took none of its uses");
}
