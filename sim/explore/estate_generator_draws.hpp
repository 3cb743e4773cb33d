#pragma once

#include "actors/protocol/ids.hpp"

#include <cstddef>
#include <cstdint>

namespace lapse::explore {

/// The random numbers of one generated scenario, by integers alone. Draw into a variable first,
/// never inside an argument list: compilers differ in the order in which they evaluate those.
class estate_draws {
public:
  explicit estate_draws(std::uint64_t seed) : seed_(mix(seed)) {}

  /// 0 to `bound - 1`; `bound` is at least 1.
  [[nodiscard]] std::size_t below(std::size_t bound) {
    return static_cast<std::size_t>(derive(seed_, ++drawn_) % bound);
  }

  [[nodiscard]] bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

  /// An element of an array or vector that is not empty.
  template <class List>
  [[nodiscard]] const auto& one_of(const List& list) {
    return list[below(list.size())];
  }

private:
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
};

} // namespace lapse::explore
