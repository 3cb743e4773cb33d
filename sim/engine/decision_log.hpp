#pragma once

#include "sim/engine/decisions.hpp"

#include <cstdint>
#include <span>

namespace lapse::engine {

/// Every delivery goes into a running hash; every choice that had an alternative is also stored if
/// the list is wanted. The list replays a run and finds the first difference between two.
class decision_log {
public:
  /// Appends the choices to `out` from now on; null stops it. Not owned.
  void keep(decision_list* out) noexcept { out_ = out; }

  void record(instant at, std::span<const ready_channel> ready, std::size_t chosen);

  /// The cheap form for a strategy without alternatives: hash only.
  void record(instant at, const ready_channel& only) noexcept {
    hash_ = mix(hash_ ^ mix(only.sender) ^ only.receiver ^ (std::uint64_t(only.kind) << 56) ^
                mix(static_cast<std::uint64_t>(at.count())));
    ++deliveries_;
  }

  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
  [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }

private:
  std::uint64_t hash_ = 0;
  std::uint64_t deliveries_ = 0;
  decision_list* out_ = nullptr;
};

} // namespace lapse::engine
