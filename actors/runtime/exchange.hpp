#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/event.hpp"
#include "actors/protocol/request.hpp"
#include "actors/runtime/registry.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace lapse::runtime {

/// One request on its way through the world, and its answer once there is one. It travels inside
/// messages; whichever actor can answer it finishes it (`world_actor::finish`).
struct exchange {
  std::uint64_t number = 0;
  credential by;
  request_ptr what;
  instant issued{0};

  // -- known once the caller's token has let it in -------------------------------

  token_name caller;
  slot_ref caller_slot;
  std::shared_ptr<const caller_view> view;
  /// This request spent the caller's last use.
  bool last_use = false;
  /// The caller's policies give `sudo` on the path.
  bool sudo = false;
  /// The answer is to be wrapped for this long (R-1003).
  std::optional<duration> wrap;
  /// The path a rewrapped answer was first made under (R-1009).
  std::optional<std::string> wrap_path;
  /// What the policies were asked for; none if they were not asked.
  std::optional<operation> op;
  /// Why it failed, as in `request_answered`; null: it did not, or its answer says all.
  refusal_ptr refused;

  /// The mounts that the caller's policies let it see, where the path asks for them (R-1224).
  std::optional<std::vector<std::string>> visible_mounts;

  /// What the answer has to say of parameters that have no effect.
  std::vector<std::string> path_warnings;

  // -- the answer ------------------------------------------------------------------

  answer reply;
  /// For the audit log: the token in `reply`'s auth block.
  std::shared_ptr<const caller_view> made;
  shared_mount mount; ///< for the audit log: the mount its path lies under
  std::function<void(const answer&)> done;

  /// The error text of both audit entries when the policies refuse (R-1126); else empty.
  [[nodiscard]] std::string refusal() const {
    return op && view && !view->allowed ? wrap_error_text("permission denied") : std::string{};
  }
};

using exchange_ptr = std::shared_ptr<exchange>;

} // namespace lapse::runtime
