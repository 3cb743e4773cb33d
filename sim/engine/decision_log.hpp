#pragma once

#include "sim/engine/strategy.hpp"

#include <cstdint>
#include <ostream>
#include <span>

namespace lapse {

/// Every delivery goes into a running hash; every choice that had an alternative also makes one
/// line of text when somebody wants the text. The log replays a run and finds the first difference
/// between two.
///
/// Format, version 1: a first line `lapse-decisions 1`, then
/// `<instant ns> <index> of <count> <sender> <receiver> <kind> <hash>`, numbers in hex but for the
/// first three.
class decision_log {
public:
  /// Writes the text to `out` from now on; null stops it. Not owned.
  void text(std::ostream* out);

  void record(instant at, std::span<const ready_channel> ready, std::size_t chosen);

  /// The cheap form for a strategy without alternatives: hash only.
  void record(instant at, const ready_channel& only) noexcept {
    hash_ = mix(hash_ ^ mix(only.sender) ^ only.receiver ^ (std::uint64_t(only.kind) << 56)
                ^ mix(static_cast<std::uint64_t>(at.count())));
    ++deliveries_;
  }

  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
  [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }

private:
  std::uint64_t hash_ = 0;
  std::uint64_t deliveries_ = 0;
  std::ostream* out_ = nullptr;
};

} // namespace lapse
