#include "reports/junit/junit_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/reports/hostile.hpp"

#include <pugixml.hpp>

using namespace lapse;
using namespace lapse::junit;
using namespace lapse::test;

namespace {

template <class Tell>
std::string document(Tell&& tell, std::string command = {}) {
  return std::string{junit_head} + written<junit_report>(tell, std::move(command)) +
         std::string{junit_foot};
}

struct parsed {
  explicit parsed(const std::string& text) : ok(xml.load_string(text.c_str())) {
    suite = xml.child("testsuites").child("testsuite");
  }
  pugi::xml_document xml;
  bool ok;
  pugi::xml_node suite;
};

} // namespace

TEST_CASE("a scenario that held is one test case that passed") {
  parsed seen(document(cloud_keys));
  REQUIRE(seen.ok);
  CHECK(seen.suite.attribute("tests").as_int() == 1);
  CHECK(seen.suite.attribute("failures").as_int() == 0);
  auto test = seen.suite.child("testcase");
  CHECK(std::string{test.attribute("name").value()} == "cloud keys die with the app's token");
  CHECK(test.first_child().empty());
}

TEST_CASE("what failed has a test case of its own and is counted once") {
  parsed seen(document(
      [](story& s) {
        s.begin("fails");
        s.emit(expectation_failed{"x.yaml", 12, 3, "job", "alive", "expired at 1h"});
        s.emit(rule_broken{"L03", "a lease ends with its owner", "keys outlived job", 0});
        s.end(5, 1, 1);
      },
      "lapse run x.yaml"));
  REQUIRE(seen.ok);
  CHECK(seen.suite.attribute("tests").as_int() == 2);
  CHECK(seen.suite.attribute("failures").as_int() == 2);
  auto expectation = seen.suite.child("testcase");
  CHECK(has(expectation.child("failure").child_value(), "see it again: lapse run x.yaml"));
  CHECK(std::string{expectation.attribute("name").value()} == "line 12: job");
  CHECK(expectation.attribute("line").as_int() == 12);
  CHECK(has(expectation.child("failure").attribute("message").value(), "saw expired at 1h"));
  auto rule = expectation.next_sibling("testcase");
  CHECK(has(rule.attribute("name").value(), "L03"));
  CHECK(has(rule.child("failure").child_value(), "keys outlived job"));
}

TEST_CASE("the word a property starts with is not said twice") {
  parsed seen(document([](story& s) {
    s.begin("fails");
    s.emit(rule_broken{"always", "always tokens <= 3", "4 tokens", 7});
    s.end(0, 0, 1);
  }));
  REQUIRE(seen.ok);
  auto property = seen.suite.last_child();
  CHECK(std::string{property.attribute("name").value()} == "always tokens <= 3");
}

TEST_CASE("a scenario that could not be run is an error, not a pass") {
  std::ostringstream out;
  write_junit_refusal(out, "bad.yaml", {"bad.yaml:1:1: no <mapping>\x01"});
  parsed seen(std::string{junit_head} + out.str() + std::string{junit_foot});
  REQUIRE(seen.ok);
  CHECK(seen.suite.attribute("errors").as_int() == 1);
  CHECK(has(seen.suite.child("testcase").child("error").child_value(), "no <mapping>\\x01"));
}

TEST_CASE("failures beyond the bound are counted") {
  parsed seen(document([](story& s) {
    s.begin("many");
    for (std::size_t i = 0; i < junit_failures_max + 7; ++i)
      s.emit(expectation_failed{"x.yaml", 1, 1, "a", "b", "c"});
    s.end(1000, junit_failures_max + 7);
  }));
  REQUIRE(seen.ok);
  CHECK(seen.suite.attribute("tests").as_ullong() == junit_failures_max + 1);
  auto last = seen.suite.last_child();
  CHECK(std::string{last.attribute("name").value()} == "and 7 more failures");
}

TEST_CASE("XML stays XML whatever the names are") {
  auto text = document(hostile_run, "lapse run '\x01<&'");
  parsed seen(text);
  REQUIRE(seen.ok);
  CHECK_FALSE(has_control(text));
  CHECK_FALSE(has(text, "\xef\xbf\xbe"));
  CHECK_FALSE(has(text, "\xef\xbf\xbf"));
  CHECK_FALSE(has(text, "<script>"));
  CHECK(seen.suite.attribute("tests").as_ullong() == 2 * hostile_names().size());
  parsed nothing(document(empty_run));
  CHECK(nothing.ok);
  CHECK(nothing.suite.attribute("tests").as_int() == 1);
}

TEST_CASE("a file name that is no UTF-8 makes a well-formed document") {
  std::ostringstream out;
  write_junit(out, {"a\xff",
                    {{"seed\xc3", "\x80"}},
                    {{"bad\xff.jsonl", "c\xe2\x82", "d\xf0.jsonl", 3,
                      junit_problem{true, "t\xff", "m\nn\xfe", "one\ntwo \xff\n"}}}});
  auto text = out.str();
  for (char c : text)
    CHECK(static_cast<unsigned char>(c) < 0x80);
  parsed seen(std::string{junit_head} + text + std::string{junit_foot});
  REQUIRE(seen.ok);
  auto test = seen.suite.child("testcase");
  CHECK(std::string{test.attribute("name").value()} == "bad\\xff.jsonl");
  CHECK(std::string{test.attribute("file").value()} == "d\\xf0.jsonl");
  CHECK(std::string{test.child("error").attribute("message").value()} == "m\\nn\\xfe");
  CHECK(std::string{test.child("error").child_value()} == "one\ntwo \\xff\n");
  CHECK(seen.suite.attribute("errors").as_int() == 1);
  CHECK(seen.suite.attribute("failures").as_int() == 0);
}
