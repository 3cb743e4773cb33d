#pragma once

#include "sim/explore/search.hpp"

#include <cstdint>
#include <optional>
#include <set>

namespace lapse::explore {

/// What an exhaustive search came to.
struct exhaustive_outcome {
  /// Complete histories, one of each class of equivalent ones.
  std::uint64_t traces = 0;
  /// Runs that only repeated others, and those that divided the work.
  std::uint64_t other_runs = 0;
  /// Every history was seen.
  bool complete = false;
  /// Not complete because more messages were in flight than a strategy is shown.
  bool overflowed = false;
  /// Lines of `sometimes` properties that some history reached.
  std::set<int> reached;
  std::optional<failing_run> failed;
  bool cut_short = false;
};

/// Runs every history of a scenario, once per class of equivalent ones, with the lower ends of its
/// ranges and the file's own seed, until one fails or `options.runs` runs are made. Of the options
/// it ignores strategy, seed and determinism. Counts are the same for any `jobs`;
/// over all shards they add up to those of one search without shards.
[[nodiscard]] exhaustive_outcome explore_all(const plan::plan& what, const search_options& options);

} // namespace lapse::explore
