#pragma once

#include "actors/protocol/attempt_kind.hpp"
#include "actors/protocol/event.hpp"

#include <cstdint>
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

  /// While nobody asks, and never after `in`: a request that is received now is no attempt at its
  /// answer, which somebody may ask about.
  void skip(const event& e) noexcept;

private:
  /// Received and not answered yet. Only looked up, never iterated.
  std::unordered_set<std::uint64_t> open_;
  std::uint64_t skipped_ = 0; ///< the latest request
};

} // namespace lapse::run
