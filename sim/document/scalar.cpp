#include "sim/document/scalar.hpp"

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/duration_text.hpp"

#include <charconv>

namespace lapse::document {

std::optional<std::int64_t> to_integer(std::string_view text) {
  if (!text.empty() && text.front() == '+')
    text.remove_prefix(1);
  std::int64_t value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::optional<bool> to_flag(const document_node& node) {
  if (!node.is_scalar() || !node.plain)
    return std::nullopt;
  for (auto word : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
    if (node.text == word)
      return true;
  for (auto word : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
    if (node.text == word)
      return false;
  return std::nullopt;
}

std::optional<duration> to_duration(std::string_view text) {
  if (text.empty())
    return std::nullopt;
  // The last nanosecond that can be counted stands for "never".
  const auto read = parse_duration(text);
  return read && *read != never ? std::optional{*read} : std::nullopt;
}

namespace {

// A run may last 292 years from here, and a time on the wire has four digits for its year.
constexpr int start_year_max = 9700;

} // namespace

std::optional<std::int64_t> to_unix_seconds(std::string_view text) {
  std::string written{text};
  // YAML's own way to write a time.
  if (written.size() > 10 && written[10] == ' ')
    written[10] = 'T';
  const auto at = parse_rfc3339(written);
  const bool whole = written.find('.') == std::string::npos;
  const auto year_is = [&](int least, int most) {
    const auto year = written.substr(0, 4);
    return year >= std::to_string(least) && year <= std::to_string(most);
  };
  return at && whole && at->seconds >= 0 && year_is(1970, start_year_max)
             ? std::optional{at->seconds}
             : std::nullopt;
}

std::optional<std::pair<std::string_view, std::string_view>> split_range(std::string_view text) {
  auto dots = text.find("..");
  if (dots == std::string_view::npos || dots == 0 || dots + 2 >= text.size())
    return std::nullopt;
  return std::pair{text.substr(0, dots), text.substr(dots + 2)};
}

nlohmann::json scalar_json(const document_node& node) {
  if (node.is_null())
    return nullptr;
  if (!node.plain)
    return node.text;
  if (node.text == "true")
    return true;
  if (node.text == "false")
    return false;
  if (auto number = to_integer(node.text))
    return *number;
  auto first = node.text.find_first_not_of("+-.");
  if (first != std::string::npos && node.text[first] >= '0' && node.text[first] <= '9') {
    double value = 0;
    auto end = node.text.data() + node.text.size();
    auto [stop, fault] = std::from_chars(node.text.data(), end, value);
    if (fault == std::errc{} && stop == end)
      return value;
  }
  return node.text;
}

} // namespace lapse::document
