#pragma once

#include "actors/protocol/ids.hpp"
#include "actors/protocol/time.hpp"

#include <cstdint>

namespace lapse::clients {

/// The random stream of one client: splitmix64 over a counter of its own, so that no client's draws
/// disturb another's, whatever the order in which they act.
class draws {
public:
  explicit draws(std::uint64_t name) noexcept : name_(name) {}

  /// Uniform over [low, high], both ends included, in nanoseconds; `low` if there is nothing
  /// between.
  [[nodiscard]] duration between(duration low, duration high) noexcept {
    if (high <= low)
      return low;
    const auto range = static_cast<std::uint64_t>((high - low).count()) + 1;
    return low + duration{static_cast<std::int64_t>(mix(name_ + ++drawn_ * 0x9e3779b97f4a7c15ULL) %
                                                    range)};
  }

private:
  std::uint64_t name_;
  std::uint64_t drawn_ = 0;
};

/// A part of a whole, such as 2/3: 0 to 1000 times.
struct ratio {
  std::int64_t over = 0;  ///< 0 to 1'000'000'000
  std::int64_t under = 1; ///< 1 to 1'000'000
  friend bool operator==(const ratio&, const ratio&) = default;
};

/// So much of `whole`, rounded down. No product overflows: the whole is taken apart.
[[nodiscard]] constexpr duration operator*(const ratio& part, duration whole) noexcept {
  const auto n = whole.count();
  return duration{n / part.under * part.over + n % part.under * part.over / part.under};
}

[[nodiscard]] constexpr ratio percent(std::int64_t n) noexcept { return {n, 100}; }

} // namespace lapse::clients
