#pragma once

#include "actors/protocol/time.hpp"

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace lapse::solve {

/// A key of a scenario as `--set` names it, and the values it may have: whole numbers of units from
/// `low` to `high`, both included.
struct variation {
  std::string key;
  std::int64_t low = 0;
  std::int64_t high = 0;
  /// One step of a duration; zero: the values are plain numbers.
  duration unit{0};

  [[nodiscard]] bool durations() const noexcept { return unit > duration::zero(); }

  /// A value as a scenario has it: `50m`, `20`.
  [[nodiscard]] std::string text(std::int64_t value) const;
  /// The override that gives the key this value.
  [[nodiscard]] std::string assignment(std::int64_t value) const { return key + '=' + text(value); }
};

/// Reads `KEY=LOW..HIGH`. Whole numbers stay numbers. Durations go in steps of a second, or of the
/// largest of 1ms, 1µs and 1ns that both ends are multiples of. The error says what to write
/// instead.
[[nodiscard]] tl::expected<variation, std::string> read_variation(const std::string& text);

} // namespace lapse::solve
