#pragma once

#include "actors/protocol/event.hpp"
#include "actors/protocol/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lapse::ttl {

/// What the one TTL calculation reads; R-232 says who fills in what. Zero or less means
/// "not given" everywhere but in the two mount values, which are the mount's or else the system's
///
struct ttl_inputs {
  duration mount_default{0};
  duration mount_max{0};
  /// What the caller of a renewal asks for.
  duration increment{0};
  /// What the engine, auth method or create request asks for.
  duration backend_ttl{0};
  duration period{0};
  duration backend_max{0};
  duration explicit_max{0};
  instant now{0};
  /// Issue time of a lease that is renewed; none at creation.
  std::optional<instant> start;
};

/// The outcome of a calculation.
struct ttl_result {
  /// How long from now on; meaningless when `error` is set.
  duration ttl{0};
  /// W1 and W2 of R-231 in that order; usually empty.
  std::vector<std::string> warnings;
  /// The server's error text, or null.
  const char* error = nullptr;
  ttl_bound bound = ttl_bound::own;
};

/// The function every TTL comes from, at creation and at renewal. Both clocks are floored
/// to the second; durations keep their parts of a second (R-1306). Allocates only for warnings.
[[nodiscard]] ttl_result calculate_ttl(const ttl_inputs& in);

} // namespace lapse::ttl
