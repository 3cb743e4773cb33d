#pragma once

#include "actors/protocol/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lapse::html {

/// A mark of the axis.
struct axis_tick {
  instant at{0};
  std::string label;
};

/// Where instants stand on a page: from the start of the run to `end`, in fixed-point text, so that
/// no floating point is ever printed.
class time_axis {
public:
  /// `end` at least one nanosecond; anything less is taken as one second.
  explicit time_axis(instant end);

  /// Thousandths of a percent of the width.
  static constexpr std::int64_t width = 100'000;

  [[nodiscard]] instant end() const noexcept { return end_; }

  /// 0 to `width`; what lies beyond the end stands at the end.
  [[nodiscard]] std::int64_t position(instant at) const noexcept;

  /// `37.25%`, as SVG attributes take it.
  [[nodiscard]] std::string percent(instant at) const;

  /// At most nine, at round numbers of the unit that fits.
  [[nodiscard]] std::vector<axis_tick> ticks() const;

private:
  instant end_;
};

/// `37.25%` for 37250.
[[nodiscard]] std::string percent_text(std::int64_t thousandths);

/// The least of 1, 2, 5, 10, 20, 50, … that divides `top` into at most `parts` parts.
[[nodiscard]] std::uint64_t round_step(std::uint64_t top, std::uint64_t parts) noexcept;

} // namespace lapse::html
