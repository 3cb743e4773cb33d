#pragma once

#include "sim/explore/search.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::explore {

/// What ended an exhaustive search before its end.
enum class search_limit : std::uint8_t {
  none,
  runs,
  deliveries,
  messages, ///< more were in flight than a strategy is shown
  time      ///< its deadline, or an interruption
};
[[nodiscard]] std::string_view to_string(search_limit limit) noexcept;

/// What an exhaustive search came to.
struct exhaustive_outcome {
  /// Complete histories, one of each class of equivalent ones.
  std::uint64_t traces = 0;
  /// Runs that only repeated others, and those that divided the work.
  std::uint64_t other_runs = 0;
  /// Every history was seen.
  bool complete = false;
  search_limit stopped_by = search_limit::none;
  /// Some run had a choice between messages.
  bool choices = false;
  /// Lines of `sometimes` properties that some history reached, with the subtree that did first.
  std::map<int, std::uint64_t> reached;
  /// What each subtree of a divided search came to, by its number.
  struct subtree_count {
    std::uint64_t number = 0;
    std::uint64_t traces = 0;
    std::uint64_t other_runs = 0;
  };
  std::vector<subtree_count> subtrees;
  std::optional<failing_run> failed;
  /// Where two runs of the same choices differed; empty if they did not.
  std::string nondeterminism;
};

/// How far an exhaustive search goes besides its `search_options`.
struct exhaustive_options {
  /// Values of the ranges; empty: their lower ends.
  plan::range_values range_values = {};
  /// Stops as soon as it is certain, or after some runs likely, that its budget is not enough.
  bool give_up_early = false;
};

/// Runs every history of a scenario, once per class of equivalent ones, with the file's own seed,
/// until one fails or the budget of runs or deliveries is used up. Of the search's options it
/// ignores strategy and seed. Counts are the same for any `jobs`; over all shards they add up to
/// those of one search without shards.
[[nodiscard]] exhaustive_outcome explore_all(const plan::plan& what, const search_options& options,
                                             const exhaustive_options& how = {});

} // namespace lapse::explore
