#pragma once

#include "actors/protocol/time.hpp"

#include <cstdint>
#include <string>

namespace lapse::text_report {

/// From then on a run's times are told with dates too.
inline constexpr duration one_day = std::chrono::hours{24};

/// The day of an instant of a run that began at `start_unix_s`: `2026-01-02`.
[[nodiscard]] std::string date_text(instant at, std::int64_t start_unix_s);

/// The same as a number: of days since 1970.
[[nodiscard]] constexpr std::int64_t day_of(instant at, std::int64_t start_unix_s) noexcept {
  const auto whole = std::chrono::floor<std::chrono::seconds>(at);
  return std::chrono::floor<std::chrono::days>(whole + std::chrono::seconds{start_unix_s}).count();
}

/// `1h`, and from one day on with the time of day: `32d (2026-02-02 00:00:00)`.
[[nodiscard]] std::string time_text(instant at, std::int64_t start_unix_s);

/// The same after "at ".
[[nodiscard]] std::string at_text(instant at, std::int64_t start_unix_s);

} // namespace lapse::text_report
