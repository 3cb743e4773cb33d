#pragma once

#include "sim/plan/plan.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lapse::plan {

/// Chooses values of ranges: the lower end without a seed, else a draw that depends on nothing but
/// seed, place in the file and rounds of the enclosing repeats. So a change elsewhere in the file
/// or in the order of steps changes no draw here.
class range_draw {
public:
  explicit range_draw(std::optional<std::uint64_t> seed) noexcept : seed_(seed) {}

  /// Whole seconds where both ends are whole seconds, else nanoseconds.
  [[nodiscard]] duration pick(const ranged<duration>& range,
                              const std::vector<std::int64_t>& rounds) const;

  [[nodiscard]] std::int64_t pick(const ranged<std::int64_t>& range,
                                  const std::vector<std::int64_t>& rounds) const;

private:
  [[nodiscard]] std::int64_t draw(std::int64_t low, std::int64_t high, int place,
                                  const std::vector<std::int64_t>& rounds) const;

  std::optional<std::uint64_t> seed_;
};

} // namespace lapse::plan
