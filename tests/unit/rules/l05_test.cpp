#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

token_facts capped(const rule_story& s, bool roled) {
  auto e = s.made(1, 0, 4h);
  e.explicit_max = 5h;
  if (roled)
    e.role = std::make_shared<const std::string>("batch-jobs");
  return e;
}

} // namespace

TEST_CASE("a renewal past the explicit maximum breaks L05 (R-1615)") {
  rule_story s;
  s.tell(capped(s, false));
  s.at(3h);
  s.renew(1, 2h + 2s);
  CHECK(
      s.broken() ==
      lines{"L05: at 3h: t1 was granted life until 5h2s, past its explicit maximum of 5h from 0s"});
}

TEST_CASE("a token that never ends in spite of its explicit maximum breaks L05") {
  rule_story s;
  auto e = capped(s, false);
  e.ttl = 0s;
  e.expire = never;
  s.tell(e);
  CHECK(s.evidence("L05") != "");
}

TEST_CASE("a renewal up to the explicit maximum keeps all rules") {
  rule_story s;
  s.tell(capped(s, false));
  s.at(3h);
  s.renew(1, 2h);
  CHECK(s.broken() == lines{});
}

TEST_CASE(
    "with a role, the explicit maximum of the call stops binding at the first renewal (R-407)") {
  rule_story s;
  s.tell(capped(s, true));
  s.at(3h);
  s.renew(1, 4h);
  CHECK(s.broken() == lines{});
}
