#pragma once

#include "sim/explore/exhaustive.hpp"

#include <cstdint>
#include <optional>

namespace lapse::explore {

/// How much a search of strategy `auto` spends before it samples. A file beyond it would take
/// minutes, and mostly not end at all.
inline constexpr std::uint64_t proof_runs_max = 10'000;
inline constexpr std::uint64_t proof_deliveries_max = 2'000'000;
/// What its sampling may spend on one file where nobody said how many runs to make.
inline constexpr std::uint64_t sampled_deliveries_max = 1'000'000;

/// What a search of strategy `auto` came to.
struct proof_outcome {
  /// Over all values tried; none: a run in file order failed before.
  std::optional<exhaustive_outcome> proof;
  /// Sets of values that ranges had in it; 1 without ranges.
  std::uint64_t value_sets = 0;
  /// Without runs where the proof ended the matter.
  search_outcome sampled;
  std::optional<failing_run> failed;
};

/// Tries to prove that a scenario holds, with the exhaustive search and within its budget, and only
/// where that does not succeed or leaves values untried, samples. Ranges are tried at their ends
/// and next to times that lie between what happened in a run; then they are drawn. Every shard
/// makes the proof, the first reports its counts; the sampling is shared.
[[nodiscard]] proof_outcome prove_or_sample(const plan::plan& what, const search_options& options);

/// The values of ranges that a proof tries; one empty set without ranges.
[[nodiscard]] std::vector<plan::range_values> values_to_try(const plan::plan& what);

/// Whether something else than the order of messages may differ between runs.
[[nodiscard]] bool has_draws(const plan::plan& what);

} // namespace lapse::explore
