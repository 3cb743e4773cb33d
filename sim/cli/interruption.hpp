#pragma once

#include <atomic>

namespace lapse::cli {

/// While an object of this class lives, an interruption (`SIGINT`, `SIGTERM`) ends the work with
/// the best result so far, and a later one ends lapse. So does a run that does not end within 10
/// seconds.
class interruption_guard {
public:
  interruption_guard();
  ~interruption_guard();
  interruption_guard(const interruption_guard&) = delete;
  interruption_guard& operator=(const interruption_guard&) = delete;
};

/// Whether there was one; stays set.
[[nodiscard]] const std::atomic<bool>& interrupted() noexcept;

} // namespace lapse::cli
