#pragma once

#include "sim/plan/property.hpp"
#include "sim/run/attempts.hpp"

#include <cstdint>
#include <deque>

namespace lapse::run {

/// The attempts of the window that ends with the latest of them: those less than `per` before it.
/// Keeps at most one more than are allowed.
class rate_window {
public:
  /// `what` must outlive it.
  explicit rate_window(const plan::rate_limit& what) : what_(&what) {}

  /// Times never go back.
  void add(const attempt& one);

  /// Whether there are no more than allowed.
  [[nodiscard]] bool holds() const noexcept {
    return static_cast<std::int64_t>(seen_.size()) <= what_->at_most;
  }

  [[nodiscard]] const std::deque<attempt>& seen() const noexcept { return seen_; }
  [[nodiscard]] const plan::rate_limit& what() const noexcept { return *what_; }

private:
  const plan::rate_limit* what_;
  std::deque<attempt> seen_;
};

} // namespace lapse::run
