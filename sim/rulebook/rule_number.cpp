#include "sim/rulebook/rule_number.hpp"

#include <charconv>
#include <system_error>

namespace lapse::rulebook {

namespace {

constexpr std::size_t digits_max = 4;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

} // namespace

std::optional<rule_number> parse_rule_number(std::string_view text) {
  if (text.empty())
    return std::nullopt;
  rule_number result{upper(text.front()), 0};
  if (result.kind != 'R' && result.kind != 'E' && result.kind != 'L')
    return std::nullopt;
  text.remove_prefix(1);
  if (text.starts_with('-'))
    text.remove_prefix(1);
  // Digits alone: `from_chars` would take a minus sign as well.
  if (text.empty() || text.size() > digits_max || text.front() < '0' || text.front() > '9')
    return std::nullopt;
  const auto* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, result.number);
  if (error != std::errc{} || at != end)
    return std::nullopt;
  return result;
}

std::string to_string(rule_number number) {
  auto digits = std::to_string(number.number);
  if (number.kind != 'R' && digits.size() < 2)
    digits.insert(0, "0");
  return (number.kind == 'L' ? "L" : std::string{number.kind, '-'}) + digits;
}

} // namespace lapse::rulebook
