#pragma once

#include "actors/protocol/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lapse::html {

/// A limit that the scenario asserts of a count during a window of time.
struct asserted_limit {
  std::string count; ///< `tokens`, `leases`, `secret_leases`
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;
  instant from{0};
  instant to = never;
};

/// What a page shows that the event stream does not tell.
struct html_options {
  /// The command that reproduces the run; empty: not shown.
  std::string replay_command;
  /// The scenario as it was read, shown to be copied when something failed; empty: not shown.
  std::string scenario_text;
  std::vector<asserted_limit> limits;
};

} // namespace lapse::html
