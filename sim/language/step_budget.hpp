#pragma once

#include "sim/document/diagnostics.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace lapse::language {

/// `a * b` of numbers that are not negative; what 64 bits do not hold is the largest number.
[[nodiscard]] std::int64_t saturated_product(std::int64_t a, std::int64_t b);

/// What the steps of a file ask for, all rounds together, so that a file that no machine could run
/// is an error before it starts. All that a step may leave behind in the simulated server is kept
/// to the run's end, with its history.
class step_budget {
public:
  enum class meter : std::uint8_t {
    issues,  ///< steps issued
    lives,   ///< tokens and leases made
    writes,  ///< requests that leave anything else behind
    bytes,   ///< of the file, in such requests
    mounts,  ///< mounts enabled
    matches, ///< handles looked at by an `expect` with a `*`
    clients  ///< steps of one `together`
  };
  static constexpr std::size_t meters = 7;

  /// How much a file may ask for.
  [[nodiscard]] static std::int64_t limit(meter what);

  explicit step_budget(document::diagnostics& faults) : faults_(&faults) {}

  /// Uses `count` in each round of the enclosing repeats. What goes over the limit is reported
  /// once, at `at`.
  void charge(meter what, document::file_position at, std::int64_t count);

  [[nodiscard]] std::int64_t used(meter what) const noexcept { return used_[index(what)]; }

  /// The rounds that all enclosing repeats make together.
  [[nodiscard]] std::int64_t rounds() const noexcept { return rounds_; }

  /// Enters a repeat of so many rounds; returns what `leave` takes.
  [[nodiscard]] std::int64_t enter(std::int64_t rounds) noexcept;
  void leave(std::int64_t outer) noexcept { rounds_ = outer; }

  /// What one round has used since `before` is used in `more` further rounds.
  void charge_again(const step_budget& before, document::file_position at, std::int64_t more);

  /// Steps that a `together` begun with `before` sends at once.
  void charge_clients(const step_budget& before, document::file_position at);

private:
  static constexpr std::size_t index(meter what) noexcept { return static_cast<std::size_t>(what); }

  document::diagnostics* faults_;
  std::array<std::int64_t, meters> used_{};
  std::int64_t rounds_ = 1;
};

} // namespace lapse::language
