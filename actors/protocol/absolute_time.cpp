#include "actors/protocol/absolute_time.hpp"

#include "actors/protocol/integer_text.hpp"

#include <algorithm>
#include <chrono>

namespace lapse {

namespace {

// Takes exactly `digits` digits off the front; -1 if they are not there.
int take_number(std::string_view& text, std::size_t digits) noexcept {
  if (text.size() < digits)
    return -1;
  int value = 0;
  for (auto ch : text.substr(0, digits)) {
    if (ch < '0' || ch > '9')
      return -1;
    value = value * 10 + (ch - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) noexcept {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos)
    return false;
  text.remove_prefix(1);
  return true;
}

// Two numbers below 24 and 60 with a colon between, in minutes; -1 if malformed.
int take_clock(std::string_view& text) noexcept {
  auto hour = take_number(text, 2);
  auto colon = take(text, ":");
  auto minute = take_number(text, 2);
  return hour < 0 || hour > 23 || !colon || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
}

// The offset of the zone in minutes.
std::optional<int> take_zone(std::string_view& text) noexcept {
  if (take(text, "Zz"))
    return 0;
  auto west = text.starts_with('-');
  if (!take(text, "+-"))
    return std::nullopt;
  auto minutes = take_clock(text);
  if (minutes < 0)
    return std::nullopt;
  return west ? -minutes : minutes;
}

} // namespace

std::optional<unix_time> parse_rfc3339(std::string_view text) noexcept {
  using namespace std::chrono;
  auto y = take_number(text, 4);
  auto dash = take(text, "-");
  auto m = take_number(text, 2);
  dash = take(text, "-") && dash;
  auto d = take_number(text, 2);
  if (y < 0 || m < 0 || d < 0 || !dash || !take(text, "Tt"))
    return std::nullopt;
  year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  auto clock = take_clock(text);
  auto colon = take(text, ":");
  auto second = take_number(text, 2);
  if (!date.ok() || clock < 0 || !colon || second < 0 || second > 59)
    return std::nullopt;
  std::int64_t nanoseconds = 0;
  if (take(text, ".")) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    for (std::size_t i = 0; i < 9; ++i)
      nanoseconds = nanoseconds * 10 + (i < digits ? text[i] - '0' : 0);
    text.remove_prefix(digits);
    if (digits == 0)
      return std::nullopt;
  }
  auto zone = take_zone(text);
  if (!zone || !text.empty())
    return std::nullopt;
  auto midnight = std::int64_t{sys_days{date}.time_since_epoch().count()} * 86400;
  return unix_time{midnight + (clock - *zone) * 60 + second, nanoseconds};
}

std::optional<unix_time> parse_absolute_time(std::string_view text) noexcept {
  if (const auto seconds = parse_integer(text))
    return unix_time{*seconds, 0};
  return parse_rfc3339(text);
}

} // namespace lapse
