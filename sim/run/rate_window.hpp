#pragma once

#include "actors/protocol/event.hpp"
#include "sim/plan/property.hpp"

#include <deque>
#include <optional>
#include <unordered_set>

namespace lapse::run {

/// A request that has reached the server.
struct attempt {
  attempt_kind kind = attempt_kind::other;
  instant at{0};
  token_id by;        ///< 0: nobody known
  shared_mount mount; ///< of its path; null: none
};

/// Finds in the event stream when requests reach the server. One that is refused at the door has
/// its answer alone, all others are received first.
class attempt_finder {
public:
  /// None: the event is no attempt.
  [[nodiscard]] std::optional<attempt> in(const event& e);

private:
  /// Received and not answered yet. Only looked up, never iterated.
  std::unordered_set<std::uint64_t> open_;
};

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
