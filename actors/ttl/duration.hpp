#pragma once

#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/time.hpp"

#include <string>

namespace lapse::ttl {

/// Renders a duration as the server does in its warnings (R-1307):
/// `768h`, `1h30m`, `1h5s`, `0s`, and parts of a second `500ms`, `1.5s`, `100µs`.
/// `parse_duration` reads every result back to the same value.
[[nodiscard]] std::string format_duration(duration d);

/// For people, and to be pasted into a scenario: whole days from two days on as `32d`, else as
/// above; `never`.
[[nodiscard]] std::string readable_duration(duration d);

/// The server's with all units below the largest: `768h0m0s`, `1m30s`, `0s`. Parts of a second are
/// dropped.
[[nodiscard]] std::string full_duration(duration d);

/// `at + by`, stopping at `never` instead of overflowing. `by` may be negative; the result of a
/// non-negative `at` is then at least the start of the run.
[[nodiscard]] constexpr instant add(instant at, duration by) noexcept {
  if (by < duration::zero())
    return by < -at ? instant::zero() : at + by;
  return later(at, by);
}

/// `floor1` of R-231: the whole second at or before `at`.
[[nodiscard]] constexpr instant floor_second(instant at) noexcept {
  return std::chrono::floor<std::chrono::seconds>(at);
}

/// `round1` of R-119: the nearest whole second, half away from zero. `never` stays `never`.
[[nodiscard]] constexpr instant round_second(instant at) noexcept {
  constexpr auto half = std::chrono::milliseconds{500};
  if (at > never - half)
    return never;
  if (at < instant::zero())
    return -floor_second(-at + half);
  return floor_second(at + half);
}

} // namespace lapse::ttl
