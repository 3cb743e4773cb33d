#include "sim/rulebook/rule_number.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace lapse;
using namespace lapse::rulebook;

TEST_CASE("a rule's number is read as people type it and printed in one form") {
  const std::pair<std::string, std::string> typed[] = {
      {"R-511", "R-511"}, {"r-511", "R-511"}, {"R511", "R-511"}, {"E-1", "E-01"},
      {"e01", "E-01"},    {"L7", "L07"},      {"L-07", "L07"},   {"r1733", "R-1733"}};
  for (const auto& [text, printed] : typed) {
    CAPTURE(text);
    const auto number = parse_rule_number(text);
    REQUIRE(number);
    CHECK(to_string(*number) == printed);
  }
}

TEST_CASE("text that is no rule's number is not read as one") {
  for (const auto* text : {"", "R", "R-", "R--5", "R-5x", "511", "X-511", "R-12345", "R 511",
                           "R-+5", "R-5 ", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rule_number(text));
  }
}
