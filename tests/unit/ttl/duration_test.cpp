#include "actors/ttl/duration.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

using namespace lapse;
using namespace lapse::ttl;
using namespace std::chrono_literals;

namespace {

// The duration a text stands for, or its error text, in one printable form.
std::string outcome(std::string_view text) {
  auto result = parse_duration(text);
  return result ? std::to_string(result->count()) + "ns" : "error: " + result.error();
}

std::string ns(duration d) { return std::to_string(d.count()) + "ns"; }

} // namespace

TEST_CASE("durations are read as seconds, days, or number-unit pairs (R-1306, R-1710)") {
  std::pair<std::string_view, duration> rows[] = {
      {"", 0s},
      {"0", 0s},
      {"90", 90s},
      {"-5", -5s},
      {"+5", 5s},
      {"1d", 24h},
      {"106751d", 2562024h},
      {"-1d", -24h},
      {"1h30m", 90min},
      {"1.5h", 90min},
      {"0.5s", 500ms},
      {"1500ms", 1500ms},
      {"+5s", 5s},
      {"-1s", -1s},
      {"1m1m", 2min},
      {"100us", 100us},
      {"100\xc2\xb5s", 100us},
      {"100\xce\xbcs", 100us},
      {".5s", 500ms},
      {"1.h", 1h},
      {"768h0m1s", 768h + 1s},
      {"7ns", 7ns},
      {"0.0000000019s", 1ns},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(outcome(text) == ns(expected));
  }
}

TEST_CASE("a malformed duration is refused with the server's text (R-1710)") {
  constexpr std::string_view overflow =
      "error: multiplication of durations resulted in overflow, one operand may be too large";
  std::pair<std::string_view, std::string_view> rows[] = {
      {"abc", "error: time: invalid duration \"abc\""},
      {"five", "error: time: invalid duration \"five\""},
      {" 5s", "error: time: invalid duration \" 5s\""},
      {"-", "error: time: invalid duration \"-\""},
      {".", "error: time: invalid duration \".\""},
      {"9999999h", "error: time: invalid duration \"9999999h\""},
      {"3000000h", "error: time: invalid duration \"3000000h\""},
      {"99999999999999999999", "error: time: invalid duration \"99999999999999999999\""},
      {"1w", "error: time: unknown unit \"w\" in duration \"1w\""},
      {"5s ", "error: time: unknown unit \"s \" in duration \"5s \""},
      {"5 s", "error: time: unknown unit \" s\" in duration \"5 s\""},
      {"1e3", "error: time: unknown unit \"e\" in duration \"1e3\""},
      {"1e+18", "error: time: unknown unit \"e+\" in duration \"1e+18\""},
      {"1H", "error: time: unknown unit \"H\" in duration \"1H\""},
      {"1d12h", "error: time: unknown unit \"d\" in duration \"1d12h\""},
      {"1h-30m", "error: time: unknown unit \"h-\" in duration \"1h-30m\""},
      {"00:05", "error: time: unknown unit \":\" in duration \"00:05\""},
      {"1\xc3\xa4", "error: time: unknown unit \"\\xc3\\xa4\" in duration \"1\\xc3\\xa4\""},
      {"5.5", "error: time: missing unit in duration \"5.5\""},
      {"1h1d", "error: strconv.ParseInt: parsing \"1h1\": invalid syntax"},
      {"d", "error: strconv.ParseInt: parsing \"\": invalid syntax"},
      {"107000d", overflow},
      {"9999999999999", overflow},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(outcome(text) == expected);
  }
}

TEST_CASE("durations are printed without empty minutes and seconds (R-1307)") {
  std::pair<duration, std::string_view> rows[] = {
      {0s, "0s"},
      {768h, "768h"},
      {90min, "1h30m"},
      {30min, "30m"},
      {30s, "30s"},
      {1h + 5s, "1h5s"},
      {768h + 1s, "768h1s"},
      {500ms, "500ms"},
      {1500ms, "1.5s"},
      {100us, "100\xc2\xb5s"},
      {7ns, "7ns"},
      {1001us, "1.001ms"},
      {767h + 59min + 55s, "767h59m55s"},
      {-90s, "-1m30s"},
      {1min + 1ns, "1m0.000000001s"},
      {duration::min(), "-2562047h47m16.854775808s"},
  };
  for (const auto& [value, expected] : rows)
    CHECK(format_duration(value) == expected);
}

TEST_CASE("adding to an instant stops at never and at the start") {
  CHECK(add(5s, 3s) == 8s);
  CHECK(add(5s, -3s) == 2s);
  CHECK(add(5s, -8s) == 0s);
  CHECK(add(never, 1ns) == never);
  CHECK(add(1ns, duration::max()) == never);
  CHECK(add(never, -1ns) == never - 1ns);
}

TEST_CASE("whole seconds drop the fraction toward zero (R-1708)") {
  CHECK(whole_seconds(3590ms) == 3);
  CHECK(whole_seconds(-3590ms) == -3);
}

TEST_CASE("clocks are floored and rounded to the second (R-119, R-1308)") {
  CHECK(floor_second(1999ms) == 1s);
  CHECK(round_second(1499ms) == 1s);
  CHECK(round_second(1500ms) == 2s);
  CHECK(round_second(-1500ms) == -2s);
  CHECK(round_second(-1499ms) == -1s);
  CHECK(round_second(never) == never);
}

TEST_CASE("people read whole days from two on as days, and can paste what they read") {
  for (auto [span, text] : {std::pair<duration, std::string>{0s, "0s"},
                            {1500ms, "1.5s"},
                            {47h, "47h"},
                            {48h, "2d"},
                            {768h, "32d"},
                            {768h + 30min + 1s, "768h30m1s"},
                            {36h, "36h"}}) {
    CHECK(readable_duration(span) == text);
    CHECK(parse_duration(text).value() == span);
  }
  CHECK(readable_duration(never) == "never");
}
