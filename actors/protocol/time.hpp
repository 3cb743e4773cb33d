#pragma once

#include <chrono>
#include <cstdint>

namespace lapse {

/// A span of time in whole nanoseconds; all arithmetic of the simulation is integer.
using duration = std::chrono::nanoseconds;

/// Time since the start of the run, never negative. `never` stands for "no end".
using instant = std::chrono::nanoseconds;

inline constexpr instant never = instant::max();

/// `at + by`, stopping at `never` instead of overflowing (a TTL may be 292 years long).
[[nodiscard]] constexpr instant later(instant at, duration by) noexcept {
  return by > never - at ? never : at + by;
}

/// Seconds of `d` without the fraction, toward zero (R-1708).
[[nodiscard]] constexpr std::int64_t whole_seconds(duration d) noexcept {
  return std::chrono::duration_cast<std::chrono::seconds>(d).count();
}

} // namespace lapse
