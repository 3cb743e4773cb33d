#include "actors/protocol/integer_text.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/quote.hpp"

#include <limits>

namespace lapse {

namespace {

tl::unexpected<integer_fault> faulty(integer_fault why) { return tl::unexpected{why}; }

/// Takes the prefix that names a base.
unsigned take_base(std::string_view& digits) noexcept {
  if (digits.size() < 2 || digits.front() != '0')
    return 10;
  const auto mark = lower(digits[1]);
  const unsigned base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
  digits.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  return base;
}

/// Whether each underscore stands between two digits, or between a prefix and a digit.
bool parted_well(std::string_view digits, bool prefixed) noexcept {
  bool digit_before = prefixed;
  for (const char c : digits) {
    if (c == '_' && !digit_before)
      return false;
    digit_before = c != '_';
  }
  return digit_before;
}

/// What is wrong first decides, from the left.
tl::expected<std::uint64_t, integer_fault> magnitude(std::string_view digits, unsigned base,
                                                     bool parted) noexcept {
  if (digits.empty())
    return faulty(integer_fault::syntax);
  constexpr auto max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c == '_' && parted)
      continue;
    const auto digit = hex_digit(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= base)
      return faulty(integer_fault::syntax);
    // Short numbers are the rule, and a division for each digit is slow.
    if (value > max / 32 && value > (max - static_cast<unsigned>(digit)) / base)
      return faulty(integer_fault::range);
    value = value * base + static_cast<unsigned>(digit);
  }
  return value;
}

} // namespace

std::string_view to_string(integer_fault why) noexcept {
  return why == integer_fault::range ? "value out of range" : "invalid syntax";
}

tl::expected<std::int64_t, integer_fault> parse_integer(std::string_view text,
                                                        unsigned base) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+'))
    text.remove_prefix(1);
  const bool parted = base == 0;
  if (parted) {
    const auto before = text.size();
    base = take_base(text);
    if (text.find('_') != std::string_view::npos && !parted_well(text, text.size() != before))
      return faulty(integer_fault::syntax);
  }
  const auto read = magnitude(text, base, parted);
  if (!read)
    return faulty(read.error());
  constexpr auto limit = std::uint64_t{1} << 63;
  if (*read > limit || (!negative && *read == limit))
    return faulty(integer_fault::range);
  return static_cast<std::int64_t>(negative ? 0 - *read : *read);
}

tl::expected<std::uint64_t, integer_fault> parse_unsigned(std::string_view text) noexcept {
  return magnitude(text, 10, false);
}

std::string integer_error(std::string_view function, std::string_view text, integer_fault why) {
  std::string result = "strconv.";
  ((result += function) += ": parsing ") += quote(text);
  return (result += ": ") += to_string(why);
}

} // namespace lapse
