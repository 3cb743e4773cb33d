#include "actors/protocol/duration_text.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/integer_text.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace lapse {

namespace {

constexpr std::uint64_t limit = std::uint64_t{1} << 63;

constexpr std::int64_t second_ns = 1'000'000'000;

using result = tl::expected<duration, std::string>;

tl::unexpected<std::string> refused(std::string why) { return tl::unexpected{std::move(why)}; }

// Error texts of durations escape every byte outside ASCII, unlike `quote`.
std::string quote_bytes(std::string_view text) {
  std::string out = "\"";
  for (char ch : text) {
    auto byte = static_cast<unsigned char>(ch);
    if (byte >= 0x80 || byte < ' ') {
      out += "\\x";
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    } else {
      if (ch == '"' || ch == '\\')
        out += '\\';
      out += ch;
    }
  }
  return out += '"';
}

result times(std::int64_t count, std::int64_t unit_ns) {
  constexpr auto max = duration::max().count();
  if (count > max / unit_ns || count < -max / unit_ns)
    return refused(
        "multiplication of durations resulted in overflow, one operand may be too large");
  return duration{count * unit_ns};
}

std::optional<std::uint64_t> unit_of(std::string_view name) {
  struct unit {
    std::string_view name;
    std::uint64_t ns;
  };
  // Micro has two code points.
  static constexpr unit units[] = {
      {"ns", 1},         {"us", 1'000},    {"\xc2\xb5s", 1'000},  {"\xce\xbcs", 1'000},
      {"ms", 1'000'000}, {"s", second_ns}, {"m", 60 * second_ns}, {"h", 3600 * second_ns},
  };
  for (const auto& u : units)
    if (u.name == name)
      return u.ns;
  return std::nullopt;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n]))
    ++n;
  auto digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

// The nanoseconds of `0.<digits>` units, cut. From the right: each step's cut changes nothing
// above it, so any number of digits fits 64 bits.
std::uint64_t fraction_of(std::string_view digits, std::uint64_t unit_ns) {
  std::uint64_t sum = 0;
  for (auto i = digits.rbegin(); i != digits.rend(); ++i)
    sum = (sum + static_cast<std::uint64_t>(*i - '0') * unit_ns) / 10;
  return sum;
}

// Reads one number-unit pair off the front of `text` and adds it to `sum`; false when malformed or
// too large, with `error` filled in where the text is not the general one.
bool take_pair(std::string_view whole, std::string_view& text, std::uint64_t& sum,
               std::string& error) {
  auto integer = take_digits(text);
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (integer.empty() && fraction.empty())
    return false;
  std::uint64_t value = 0;
  if (!integer.empty() &&
      std::from_chars(integer.data(), integer.data() + integer.size(), value).ec != std::errc{})
    return false;
  if (value > limit)
    return false;
  auto name = text.substr(0, text.find_first_of(".0123456789"));
  text.remove_prefix(name.size());
  if (name.empty()) {
    error = "time: missing unit in duration " + quote_bytes(whole);
    return false;
  }
  auto unit_ns = unit_of(name);
  if (!unit_ns) {
    error = "time: unknown unit " + quote_bytes(name) + " in duration " + quote_bytes(whole);
    return false;
  }
  if (value > limit / *unit_ns)
    return false;
  // At most 2^63 and less than an hour on top: no overflow of 64 bits.
  value = value * *unit_ns + fraction_of(fraction, *unit_ns);
  if (value > limit || sum > limit - value)
    return false;
  sum += value;
  return true;
}

result parse_pairs(std::string_view whole) {
  auto text = whole;
  bool negative = text.front() == '-';
  if (negative || text.front() == '+')
    text.remove_prefix(1);
  std::uint64_t sum = 0;
  std::string error;
  bool ok = !text.empty();
  while (ok && !text.empty())
    ok = take_pair(whole, text, sum, error);
  // Only a negative duration can be 2^63 long.
  if (!ok || (!negative && sum == limit))
    return refused(error.empty() ? "time: invalid duration " + quote_bytes(whole) : error);
  return duration{static_cast<std::int64_t>(negative ? 0 - sum : sum)};
}

} // namespace

result parse_duration(std::string_view text) {
  if (text.empty())
    return duration{0};
  if (const auto seconds = parse_integer(text))
    return times(*seconds, second_ns);
  if (text.back() != 'd')
    return parse_pairs(text);
  const auto number = text.substr(0, text.size() - 1);
  const auto days = parse_integer(number);
  return days ? times(*days, 24 * 3600 * second_ns)
              : refused(integer_error("ParseInt", number, days.error()));
}

} // namespace lapse
