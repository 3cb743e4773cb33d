#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a deadline a second off the TTL breaks L26") {
  rule_story s;
  s.at(5s);
  auto late = s.made(1);
  late.expire += 1s;
  s.tell(late);
  s.token(2);
  s.tell(token_renewed{token_id{2}, 1h, 1h, ttl_bound::increment});
  s.token(3, 0, 0s);
  s.lease(5, 3);
  s.tell(lease_renewed{lease_id{5}, 2h, 2h + 6s, ttl_bound::increment});
  CHECK(s.broken() == lines{"L26: at 5s: t1 got a TTL of 1h, but ends at 1h6s",
                            "L26: at 5s: t2 got a TTL of 1h, but ends at 1h",
                            "L26: at 5s: l5 got a TTL of 2h, but ends at 2h6s"});
}

TEST_CASE("batch tokens count from their creation second, and TTL 0 is no end (R-122, R-234)") {
  rule_story s;
  s.at(5s + 700ms);
  s.token(1, 0, 0s);
  auto e = s.made(2);
  e.name.type = token_type::batch;
  e.has_lease = e.renewable = false;
  e.expire = 1h + 5s;
  s.tell(e);
  CHECK(s.broken() == lines{});
}
