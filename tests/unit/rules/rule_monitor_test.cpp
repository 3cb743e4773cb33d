#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a broken rule is reported once per token or lease") {
  rule_story s;
  s.token(1);
  s.token(2);
  for (int i = 0; i < 3; ++i) {
    s.used(1, 5);
    s.used(2, 5);
  }
  CHECK(s.broken_so_far().size() == 2);
  s.used(1, 5);
  CHECK(s.broken_so_far() == lines{});
}

TEST_CASE("a rule that is switched off is silent, and only that rule") {
  rule_story s({}, {"L06"});
  s.token(1);
  s.used(1, 5);
  s.gone(1);
  auto broken = s.broken();
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].starts_with("L13"));
}

TEST_CASE("with all rules off nothing is reported") {
  rule_story s({}, rule_ids());
  s.token(1);
  s.gone(1);
  s.gone(1);
  CHECK(s.broken() == lines{});
}

TEST_CASE("events about tokens that were never created break no rule") {
  rule_story s;
  s.end(8, end_cause::revoke);
  s.gone(8);
  s.end_lease(9, end_cause::deadline);
  s.lease_gone_now(9);
  s.token(1, 77);
  s.lease(5, 78, 1h);
  CHECK(s.broken() == lines{});
}

TEST_CASE("evidence calls what has no handle by a short name") {
  event_stream events;
  rule_monitor rules{{}, events.lives()};
  events.add(rules);
  token_facts made;
  made.name.id = token_id{derive(1, 2)};
  events.put({0s, token_created{std::make_shared<const token_facts>(made)}});
  events.put({0s, token_gone{made.name.id}});
  auto broken = rules.take_broken();
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].id == "L13");
  CHECK(broken[0].evidence.find("token s.") != std::string::npos);
}

TEST_CASE("the catalogue lists every rule once, in order, with sentence and sources") {
  auto ids = rule_ids();
  REQUIRE(ids.size() == built_in_rules().size());
  CHECK(ids.size() == 26);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    CAPTURE(ids[i]);
    auto number = std::to_string(i + 1);
    CHECK(ids[i] == "L" + std::string(2 - number.size(), '0') + number);
    CHECK_FALSE(built_in_rules()[i].sentence.empty());
    CHECK(built_in_rules()[i].sources.find_first_of("R1") != std::string_view::npos);
  }
}
