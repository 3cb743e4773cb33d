#include "sim/serve/client_time.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/integer_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace lapse::serve {

namespace {

constexpr std::int64_t billion = 1'000'000'000;
/// As far as nanoseconds since 1970 reach.
constexpr std::int64_t seconds_max = 9'223'372'035;

std::optional<std::int64_t> digits(std::string_view text) {
  const auto read = parse_unsigned(text);
  return read && std::in_range<std::int64_t>(*read)
             ? std::optional{static_cast<std::int64_t>(*read)}
             : std::nullopt;
}

/// A number of units, `per_second` of which make a second. A fraction finer than a nanosecond is
/// cut off.
std::optional<unix_time> read_number(std::string_view text, std::int64_t per_second) {
  const auto point = text.find('.');
  const auto whole = digits(text.substr(0, point));
  if (!whole)
    return std::nullopt;
  std::int64_t fraction = 0;
  if (point != std::string_view::npos) {
    auto after = text.substr(point + 1);
    if (!digits(after.substr(0, 18)) || !std::all_of(after.begin(), after.end(), is_digit))
      return std::nullopt;
    auto nine = std::string{after.substr(0, 9)};
    nine.resize(9, '0');
    fraction = *digits(nine) / per_second;
  }
  return unix_time{*whole / per_second, *whole % per_second * (billion / per_second) + fraction};
}

} // namespace

std::optional<unix_time> read_client_time(std::string_view text) {
  text = trimmed(text, " \t");
  std::optional<unix_time> result;
  if (text.ends_with("ms"))
    result = read_number(text.substr(0, text.size() - 2), 1000);
  else if (text.ends_with("ns"))
    result = read_number(text.substr(0, text.size() - 2), billion);
  else if (result = read_number(text, 1); !result)
    result = parse_rfc3339(text);
  if (!result || result->seconds < 0 || result->seconds > seconds_max)
    return std::nullopt;
  return result;
}

std::string http_date(unix_time at) {
  using namespace std::chrono;
  static constexpr std::array week{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds when{seconds{at.seconds}};
  const auto day = floor<days>(when);
  const year_month_day date{day};
  const auto second = (when - day).count();
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", week[weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()), months[unsigned(date.month()) - 1],
                     static_cast<int>(date.year()), second / 3600, second / 60 % 60, second % 60);
}

std::optional<instant> client_clocks::instant_of(const std::string& client, unix_time said,
                                                 instant now) {
  if (origins_.size() >= clients_max && origins_.find(client) == origins_.end())
    return std::nullopt;
  const auto known = origins_.try_emplace(client, origin{said, now}).first->second;
  // In two steps, so that nothing overflows: both lie within what nanoseconds reach.
  const auto seconds = said.seconds - known.said.seconds;
  const auto nanoseconds = said.nanoseconds - known.said.nanoseconds;
  const auto passed = duration{std::chrono::seconds{seconds}} + duration{nanoseconds};
  return passed < duration::zero() ? std::max(instant{0}, known.at + passed)
                                   : later(known.at, passed);
}

void client_clocks::begin(const std::string& client, unix_time said, instant at) {
  origins_.insert_or_assign(client, origin{said, at});
}

} // namespace lapse::serve
