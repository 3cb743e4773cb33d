#pragma once

#include "sim/plan/plan.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace lapse::plan {

/// A value for each range of a file, by its number: nanoseconds of a duration, or the number.
using range_values = std::vector<std::int64_t>;

/// Chooses values of ranges: the lower end without a seed, else a draw that depends on nothing but
/// seed, place in the file and rounds of the enclosing repeats. So a change elsewhere in the file
/// or in the order of steps changes no draw here.
class range_draw {
public:
  /// @param chosen empty, or the value of each range, which then no seed changes
  explicit range_draw(std::optional<std::uint64_t> seed, range_values chosen = {}) noexcept
    : seed_(seed), chosen_(std::move(chosen)) {}

  /// Rounds of a repeat do not draw for themselves.
  [[nodiscard]] bool same_each_round() const noexcept { return !chosen_.empty(); }

  /// Whole seconds where both ends are whole seconds, else nanoseconds.
  [[nodiscard]] duration pick(const ranged<duration>& range,
                              const std::vector<std::int64_t>& rounds) const;

  [[nodiscard]] std::int64_t pick(const ranged<std::int64_t>& range,
                                  const std::vector<std::int64_t>& rounds) const;

private:
  [[nodiscard]] std::int64_t draw(std::int64_t low, std::int64_t high, int place,
                                  const std::vector<std::int64_t>& rounds) const;

  /// The value chosen beforehand.
  [[nodiscard]] std::optional<std::int64_t> chosen(int place) const;

  std::optional<std::uint64_t> seed_;
  range_values chosen_;
};

} // namespace lapse::plan
