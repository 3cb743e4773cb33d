#pragma once

#include "actors/protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::sequential {

/// A duration read from text, or the server's error text (R-1710).
struct read_duration {
  duration value{0};
  std::string error;
};

/// Reads a duration as the server reads strings (R-1306, R-1710).
[[nodiscard]] read_duration duration_from(std::string_view text);

/// The server's text of a duration in warnings (R-1307).
[[nodiscard]] std::string human(duration d);

/// Cut to a whole second, and to the nearest one (half away from zero).
[[nodiscard]] instant floor1(instant t);
[[nodiscard]] instant round1(instant t);
/// Whole seconds, fractions dropped.
[[nodiscard]] std::int64_t seconds(duration d);

/// Inputs of the one TTL function; zero stands for "not given".
struct ttl_inputs {
  duration mount_default{0};
  duration mount_max{0};
  duration increment{0};
  duration backend_ttl{0};
  duration period{0};
  duration backend_max{0};
  duration explicit_max{0};
  instant now{0};
  std::optional<instant> start;
};

/// A granted TTL with its warnings, or why there is none.
struct ttl_grant {
  duration ttl{0};
  std::vector<std::string> warnings;
  std::string error;
};

/// CalculateTTL. `off_by_a_second` plants a fault: the deadline comes a second late.
[[nodiscard]] ttl_grant grant_ttl(const ttl_inputs& in, bool off_by_a_second = false);

} // namespace lapse::sequential
