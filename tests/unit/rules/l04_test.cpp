#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

request tune(std::string path, std::string max) {
  request what;
  what.op = operation::update;
  what.path = std::move(path);
  what.body = {{"max_lease_ttl", std::move(max)}};
  return what;
}

} // namespace

TEST_CASE("a renewal past issue and maximum breaks L04 (R-1614, R-410)") {
  rule_story s({10h, 0s, false});
  s.token(1, 0, 6h);
  s.at(5h);
  s.renew(1, 5h + 2s);
  CHECK(s.evidence("L04") ==
        "at 5h: t1 was granted life until 10h2s, more than the maximum of 10h after 0s");
}

TEST_CASE(
    "a renewal up to issue and maximum keeps all rules, a fraction of a second included (R-410)") {
  rule_story s({10h, 0s, false});
  s.at(500ms);
  s.token(1, 0, 6h);
  s.at(5h + 700ms);
  s.renew(1, 5h);
  CHECK(s.broken() == lines{});
}

TEST_CASE("a periodic token outlives the maximum period by period (R-409)") {
  rule_story s({10h, 0s, false});
  auto e = s.made(1, 0, 6h);
  e.period = 6h;
  s.tell(e);
  s.at(5h);
  s.renew(1, 6h);
  s.at(10h);
  s.renew(1, 6h);
  CHECK(s.broken() == lines{});
}

TEST_CASE("a period over the maximum breaks L04") {
  rule_story s({10h, 0s, false});
  auto e = s.made(1, 0, 6h);
  e.period = 6h;
  s.tell(e);
  s.at(5h);
  s.renew(1, 11h);
  CHECK(s.evidence("L04") != "");
}

TEST_CASE(
    "wrapping tokens and root tokens with an explicit maximum are not limited (R-1005, R-235)") {
  rule_story s({10h, 0s, false});
  auto wrapping = s.made(1, 0, 40h);
  wrapping.wrapping = true;
  s.tell(wrapping);
  auto root = s.made(2, 0, 1000h);
  root.policies = std::make_shared<const std::vector<std::string>>(1, "root");
  root.explicit_max = 1000h;
  root.bound = ttl_bound::explicit_max;
  s.tell(root);
  CHECK(s.broken() == lines{});
}

TEST_CASE("the maximum is that of the token's mount, as tuned last (R-233)") {
  rule_story s({10h, 0s, false});
  s.received(tune("sys/mounts/auth/token/tune", "20h"));
  s.answered();
  s.token(1, 0, 15h);
  s.received(tune("sys/mounts/auth/token/tune", "12h"));
  s.answered();
  s.token(2, 0, 15h);
  auto broken = s.broken();
  REQUIRE(broken.size() == 1);
  CHECK(broken[0] ==
        "L04: at 0s: t2 was granted life until 15h, more than the maximum of 12h after 0s");
}

TEST_CASE(
    "a maximum that is lowered beside a create may not have reached it, but it reaches the next "
    "one (R-233)") {
  rule_story s;
  s.received("auth/token/create");
  s.received(tune("sys/auth/token/tune", "10m"));
  s.answered();
  auto made = s.made(1, 0, 30min);
  made.path = std::make_shared<const std::string>("auth/token/create");
  s.tell(made);
  request_answered first;
  first.number = 1;
  s.tell(first);
  CHECK(s.broken_so_far() == lines{});
  s.received("auth/token/create");
  made.name.id = token_id{2};
  s.tell(made);
  s.answered();
  CHECK(s.evidence("L04") ==
        "at 0s: t2 was granted life until 30m, more than the maximum of 10m after 0s");
}
