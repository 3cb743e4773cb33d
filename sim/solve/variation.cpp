#include "sim/solve/variation.hpp"

#include "actors/ttl/duration.hpp"
#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"

#include <fmt/format.h>

namespace lapse::solve {

namespace {

constexpr auto form = "KEY=LOW..HIGH such as auth.approle.roles.web.token_ttl=10m..4h";

duration unit_of(duration low, duration high) {
  for (const duration unit :
       {duration{std::chrono::seconds{1}}, duration{std::chrono::milliseconds{1}},
        duration{std::chrono::microseconds{1}}})
    if (low % unit == duration::zero() && high % unit == duration::zero())
      return unit;
  return duration{1};
}

} // namespace

std::string variation::text(std::int64_t value) const {
  return durations() ? ttl::readable_duration(unit * value) : std::to_string(value);
}

tl::expected<variation, std::string> read_variation(const std::string& text) {
  const auto equals = text.find('=');
  const auto ends = equals == std::string::npos || equals == 0
                        ? std::nullopt
                        : document::split_range(std::string_view{text}.substr(equals + 1));
  if (!ends)
    return tl::unexpected(fmt::format("--vary takes {}, not {}", form, document::in_quotes(text)));
  variation result;
  result.key = text.substr(0, equals);
  const auto low_number = document::to_integer(ends->first);
  const auto high_number = document::to_integer(ends->second);
  const auto low = document::to_duration(ends->first);
  const auto high = document::to_duration(ends->second);
  if (low_number && high_number) {
    result.low = *low_number;
    result.high = *high_number;
  } else if (low && high) {
    result.unit = unit_of(*low, *high);
    result.low = *low / result.unit;
    result.high = *high / result.unit;
  } else {
    const auto wrong = low || low_number ? ends->second : ends->first;
    return tl::unexpected(fmt::format("--vary: {} is neither a duration such as 90s or 1h30m nor a "
                                      "whole number; other values cannot be searched",
                                      document::in_quotes(wrong)));
  }
  if (result.high < result.low)
    return tl::unexpected(fmt::format("--vary: {} ends before it begins; write the lower end first",
                                      document::in_quotes(text.substr(equals + 1))));
  return result;
}

} // namespace lapse::solve
