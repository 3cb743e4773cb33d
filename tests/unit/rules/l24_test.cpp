#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a lease or token that ended and that nobody removes breaks L24 (R-1603)") {
  rule_story s;
  s.token(1, 0, 2h);
  s.token(2, 0, 1h);
  s.lease(5, 1, 1h);
  s.at(1h);
  s.end(2, end_cause::deadline);
  s.end_lease(5, end_cause::deadline);
  s.at(90min);
  s.tell(warning_raised{});
  CHECK(s.broken() ==
        lines{"L24: at 1h30m: t2 ended at 1h and is neither gone nor irrevocable",
              "L24: at 1h30m: l5 ended at 1h; nobody revokes it, and nobody gave up"});
}

TEST_CASE("a retry that never came breaks L24") {
  rule_story s;
  s.token(1, 0, 2h);
  s.lease(5, 1, 1h);
  s.at(1h);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, false, 1h + 20s);
  s.at(1h + 20s);
  s.tell(warning_raised{});
  CHECK(s.broken_so_far() == lines{});
  s.at(1h + 21s);
  s.tell(warning_raised{});
  CHECK(s.evidence("L24") == "at 1h21s: l5 ended at 1h; nobody revokes it, and nobody gave up");
}

TEST_CASE(
    "workers that are late by the configured delay keep all rules, and so does a seal (R-651)") {
  rule_story s({768h, 5min, false});
  s.token(1);
  s.at(1h);
  s.end(1, end_cause::deadline);
  s.at(1h + 4min);
  s.tell(seal_changed{true});
  s.at(3h);
  s.tell(warning_raised{});
  CHECK(s.broken() == lines{});
}

TEST_CASE("a run that is over before a lease's revocation is due keeps L24 (R-1732)") {
  auto story_until = [](instant end) {
    rule_story s({768h, 0s, false, 25ms});
    s.token(1, 0, 2h);
    s.lease(5, 1, 1h);
    s.at(1h);
    s.end_lease(5, end_cause::deadline);
    s.at(end);
    s.tell(warning_raised{});
    return s.broken();
  };
  CHECK(story_until(1h + 24ms) == lines{});
  CHECK(story_until(1h + 26ms) == lines{"L24: at 1h0.026s: l5 ended at 1h; nobody revokes it, and "
                                        "nobody gave up"});
}
