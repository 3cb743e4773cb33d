#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

void once(rule_story& s) {
  auto e = s.made(1);
  e.uses = 1;
  s.tell(e);
}

} // namespace

TEST_CASE("a token that survives its last use breaks L17 (R-303)") {
  rule_story s;
  once(s);
  s.at(1min);
  s.used(1, -1);
  s.received("secret/a", 1);
  s.answered();
  CHECK(s.broken() == lines{"L17: at 1m: t1 had its last use and did not end with that request"});
}

TEST_CASE("the last use may last as long as its request") {
  rule_story s;
  once(s);
  s.at(1min);
  s.used(1, -1);
  s.received("sys/leases/revoke", 1);
  s.at(2min);
  s.answered();
  s.end(1, end_cause::last_use);
  s.gone(1);
  CHECK(s.broken() == lines{});
}
