#include "sim/document/scalar.hpp"

#include "actors/ttl/duration.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

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
  auto result = parse_duration(text);
  if (const auto* value = std::get_if<duration>(&result))
    return *value;
  return std::nullopt;
}

namespace {

// Two or four digits at `at`, -1 if they are none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  if (text.size() < at + count)
    return -1;
  for (auto c : text.substr(at, count)) {
    if (c < '0' || c > '9')
      return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// Seconds east of UTC of `Z` or `+01:00`.
std::optional<std::int64_t> zone_offset(std::string_view text) {
  if (text == "Z" || text == "z")
    return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
    return std::nullopt;
  auto hours = digits(text, 1, 2);
  auto minutes = digits(text, 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
    return std::nullopt;
  auto seconds = (hours * 60 + minutes) * 60;
  return text[0] == '+' ? seconds : -seconds;
}

} // namespace

namespace {

// A run may last 292 years from here, and a time on the wire has four digits for its year.
constexpr int start_year_max = 9700;

} // namespace

std::optional<std::int64_t> to_unix_seconds(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':' ||
      (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
    return std::nullopt;
  auto date = year{digits(text, 0, 4)} / digits(text, 5, 2) / digits(text, 8, 2);
  auto hour = digits(text, 11, 2);
  auto minute = digits(text, 14, 2);
  auto second = digits(text, 17, 2);
  auto offset = zone_offset(text.substr(19));
  if (digits(text, 0, 4) < 1970 || digits(text, 0, 4) > start_year_max || digits(text, 5, 2) < 1 ||
      digits(text, 8, 2) < 1 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 59 || !offset)
    return std::nullopt;
  std::int64_t days = sys_days{date}.time_since_epoch().count();
  auto seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - *offset;
  return seconds < 0 ? std::nullopt : std::optional{seconds};
}

std::optional<std::pair<std::string_view, std::string_view>> split_range(std::string_view text) {
  auto dots = text.find("..");
  if (dots == std::string_view::npos || dots == 0 || dots + 2 >= text.size())
    return std::nullopt;
  return std::pair{text.substr(0, dots), text.substr(dots + 2)};
}

bool equal_names(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
           return lower(x) == lower(y);
         });
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
