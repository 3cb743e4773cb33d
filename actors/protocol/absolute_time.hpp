#pragma once

#include "actors/protocol/time.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lapse {

/// A point in time: whole Unix seconds, and nanoseconds after them.
struct unix_time {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  [[nodiscard]] friend auto operator<=>(const unix_time&, const unix_time&) = default;
};

/// The point in time of an instant of a run that started at `start_unix_s`.
[[nodiscard]] constexpr unix_time unix_time_of(instant at, std::int64_t start_unix_s) noexcept {
  const auto whole = std::chrono::floor<std::chrono::seconds>(at);
  return {start_unix_s + whole.count(), (at - whole).count()};
}

/// Reads RFC 3339: `2020-01-01T00:00:00Z`, offsets honoured, fractions to the nanosecond, `t` and
/// `z` taken too. None for anything else.
[[nodiscard]] std::optional<unix_time> parse_rfc3339(std::string_view text) noexcept;

/// Reads a point in time: RFC 3339 or whole Unix seconds. None if it is neither.
[[nodiscard]] std::optional<unix_time> parse_absolute_time(std::string_view text) noexcept;

} // namespace lapse
