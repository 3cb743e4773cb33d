#pragma once

#include "actors/lives/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace lapse::html {

/// When each token and lease was renewed, so far as a drawing can show: of a life with many
/// renewals every second, every fourth, … is kept, so that memory grows with lives and not with
/// renewals.
class renewal_marks {
public:
  static constexpr std::size_t kept_max = 24;

  void on_event(const event& e, const lives::ledger& lives);

  /// Instants in order; null if there was no renewal.
  [[nodiscard]] const std::vector<instant>* of(lives::ledger::slot life) const;

private:
  struct marks {
    std::vector<instant> kept;
    std::uint64_t seen = 0;
    std::uint64_t stride = 1;

    void add(instant at);
  };

  // Only looked up, never iterated.
  std::unordered_map<lives::ledger::slot, marks> lives_;
};

} // namespace lapse::html
