#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a batch token with a lease, a renewal, a cubbyhole or a child breaks L10") {
  rule_story s;
  auto leased = s.made(1);
  leased.name.type = token_type::batch;
  s.tell(leased);
  s.batch(2);
  s.renew(2, 1h);
  s.batch(3);
  s.tell(cubbyhole_changed{token_id{3}, 1});
  s.batch(4);
  s.token(5, 4);
  CHECK(s.broken_so_far() == lines{"L10: at 0s: the batch token t1 has a lease",
                                   "L10: at 0s: the batch token t2 was renewed",
                                   "L10: at 0s: the batch token t3 has a cubbyhole",
                                   "L10: at 0s: t5 is a child of the batch token t4"});
}

TEST_CASE("a batch token of a batch role may say how often it could be used (R-246)") {
  rule_story s;
  auto e = s.made(1);
  e.name.type = token_type::batch;
  e.has_lease = e.renewable = false;
  e.uses = 3;
  s.tell(e);
  s.at(1h);
  s.end(1, end_cause::deadline);
  s.gone(1);
  CHECK(s.broken() == lines{});
}
