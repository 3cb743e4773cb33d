#include "actors/protocol/integer_text.hpp"

#include "tests/support/catch.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <utility>

using namespace lapse;

namespace {

std::string outcome(std::string_view text, unsigned base) {
  const auto read = parse_integer(text, base);
  return read ? std::to_string(*read) : std::string{to_string(read.error())};
}

} // namespace

TEST_CASE("integers are read as the server reads them (R-1709)") {
  const std::pair<std::string_view, std::string_view> decimal[] = {
      {"0", "0"},
      {"+5", "5"},
      {"-5", "-5"},
      {"007", "7"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "value out of range"},
      {"-9223372036854775809", "value out of range"},
      {"99999999999999999999x", "value out of range"},
      {"", "invalid syntax"},
      {"+", "invalid syntax"},
      {"+-1", "invalid syntax"},
      {"-+1", "invalid syntax"},
      {" 1", "invalid syntax"},
      {"0x10", "invalid syntax"},
      {"1_000", "invalid syntax"},
      {"1.5", "invalid syntax"},
  };
  for (const auto& [text, expected] : decimal) {
    CAPTURE(text);
    CHECK(outcome(text, 10) == expected);
  }
}

TEST_CASE("a prefix may name the base, and underscores part digits (R-1709)") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"0x1F", "31"},
      {"-0b101", "-5"},
      {"0o17", "15"},
      {"017", "15"},
      {"0", "0"},
      {"1_000", "1000"},
      {"0x_1F", "31"},
      {"1__0", "invalid syntax"},
      {"_1", "invalid syntax"},
      {"1_", "invalid syntax"},
      {"0x", "invalid syntax"},
      {"08", "invalid syntax"},
      {"0b2", "invalid syntax"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(outcome(text, 0) == expected);
  }
}

TEST_CASE("numbers without a sign, and the text of an error") {
  CHECK(parse_unsigned("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  CHECK(parse_unsigned("18446744073709551616") == tl::unexpected{integer_fault::range});
  CHECK(parse_unsigned("+1") == tl::unexpected{integer_fault::syntax});
  CHECK(parse_unsigned("-1") == tl::unexpected{integer_fault::syntax});
  CHECK(integer_error("ParseInt", "a\"b", integer_fault::syntax) ==
        R"(strconv.ParseInt: parsing "a\"b": invalid syntax)");
}
