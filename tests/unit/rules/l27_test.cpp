#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

request_ptr revoke() {
  auto what = std::make_shared<request>();
  what->op = operation::update;
  what->path = "sys/leases/revoke";
  return what;
}

void ask(rule_story& s, std::uint64_t number) {
  request_received e;
  e.number = number;
  e.what = revoke();
  s.tell(e);
}

void answer_it(rule_story& s, std::uint64_t number) {
  static const answer reply = no_content();
  request_answered e;
  e.number = number;
  e.what = revoke();
  e.reply = &reply;
  s.tell(e);
}

} // namespace

TEST_CASE("a request without an answer at the end of the run breaks L27") {
  rule_story s;
  ask(s, 1);
  s.at(2s);
  s.tell(warning_raised{});
  CHECK(s.broken_so_far() == lines{});
  CHECK(s.evidence("L27") == "at 2s: update sys/leases/revoke, issued at 0s, had no answer when "
                             "the run ended");
}

TEST_CASE("of several requests without an answer L27 names the first and counts the others") {
  rule_story s;
  s.at(1s);
  ask(s, 1);
  ask(s, 2);
  ask(s, 3);
  answer_it(s, 1);
  s.tell(warning_raised{});
  CHECK(s.broken() ==
        lines{"L27: at 1s: update sys/leases/revoke, issued at 1s, had no answer when "
              "the run ended, and 1 later without one"});
}

TEST_CASE("a request that is answered late keeps L27") {
  rule_story s;
  ask(s, 1);
  s.at(1h);
  answer_it(s, 1);
  CHECK(s.broken() == lines{});
}
