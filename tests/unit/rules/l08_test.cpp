#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

void looked_up(rule_story& s, std::uint64_t id, bool orphan) {
  answer reply;
  reply.status = 200;
  token_lookup found;
  token_facts facts;
  facts.name.id = token_id{id};
  found.facts = std::make_shared<const token_facts>(facts);
  found.orphan = orphan;
  reply.body = found;
  s.received("auth/token/lookup");
  s.answered(reply);
}

} // namespace

TEST_CASE("an orphan with a parent breaks L08 (R-1618)") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  s.orphaned(2);
  looked_up(s, 2, false);
  CHECK(s.broken() == lines{"L08: at 0s: a lookup shows t2, which is an orphan, with a parent"});
}

TEST_CASE("a child that lost no parent and is shown as an orphan breaks L08") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  looked_up(s, 2, true);
  CHECK(s.evidence("L08") == "at 0s: a lookup shows t2 as an orphan, which has a parent");
}

TEST_CASE("a token that is orphaned twice breaks L08") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  s.orphaned(2);
  s.orphaned(2);
  CHECK(s.evidence("L08") == "at 0s: t2 lost a parent that it did not have");
}

TEST_CASE("orphans, orphaned tokens and children that lookups show as such keep all rules") {
  rule_story s;
  s.token(1);
  s.token(2, 1);
  s.token(3, 1);
  s.orphaned(2);
  looked_up(s, 1, true);
  looked_up(s, 2, true);
  looked_up(s, 3, false);
  looked_up(s, 99, false);
  CHECK(s.broken() == lines{});
}
