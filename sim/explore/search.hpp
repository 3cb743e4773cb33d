#pragma once

#include "sim/explore/strategies.hpp"
#include "sim/explore/trial.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace lapse::explore {

/// Distinct histories are counted up to here.
inline constexpr std::size_t histories_max = 100'000;

/// The `mix` of strategies: half random, the rest PCT, POS and delay-bounded in turn.
struct mixed {};

struct search_options {
  std::uint64_t runs = 1000;
  /// Deliveries of all runs together, reckoned from those of the first: one run is always made.
  std::uint64_t deliveries = std::numeric_limits<std::uint64_t>::max();
  /// Real time after which no new run starts. With it, results may differ between machines.
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::uint64_t seed = 0;
  /// At least 1.
  std::size_t jobs = 1;
  /// This search's share of the runs: those whose number is `shard` modulo `shards`.
  std::uint64_t shard = 0;
  std::uint64_t shards = 1;
  std::variant<mixed, sampling> strategy;
  /// Runs everything twice and compares the choices.
  bool verify_determinism = false;
  /// Called on the caller's thread now and then, with the runs done. May be empty.
  std::function<void(std::uint64_t)> progress;
  /// Set from outside to stop. May be null. Not owned.
  const std::atomic<bool>* interrupted = nullptr;
};

/// Whether its deadline or an interruption ends a search.
[[nodiscard]] bool is_over(const search_options& options);

/// How many runs a search may make whose first had so many deliveries.
[[nodiscard]] std::uint64_t runs_within(const search_options& options, std::uint64_t deliveries);

/// Lines of the `sometimes` properties.
[[nodiscard]] std::set<int> sometimes_lines(const plan::plan& what);

/// How run number `number` of a search is made.
struct run_recipe {
  /// Draws ranges and jitter; none: lower ends and the file's own seed.
  std::optional<std::uint64_t> seed;
  /// Values of the ranges if they were not drawn; empty: as `seed` says.
  plan::range_values range_values = {};
  /// None for the first two: plain file order, and first in first out.
  std::optional<sampling> strategy;
  /// Steps of a `together` race; not in run 0, which does what `lapse run` does.
  bool interleave = true;
};
[[nodiscard]] run_recipe recipe_of(std::uint64_t number, const search_options& options);

/// A run that failed, with what it takes to repeat it.
struct failing_run {
  /// Of the run; in an exhaustive search of its subtree.
  std::uint64_t number = 0;
  /// An exhaustive search found it.
  bool exhaustive = false;
  run_recipe recipe;
  engine::decision_list decisions;
  std::vector<failure> failures;
};

struct search_outcome {
  /// Runs up to the first that failed, or all.
  std::uint64_t runs = 0;
  /// Different histories among them: orders of messages as any actor saw them, values drawn
  /// included. With the run that had it first; no more than 100,000 are counted.
  std::map<std::uint64_t, std::uint64_t> histories;
  /// The scenario leaves no choice: one run covers it.
  bool single_history = false;
  /// How many runs the budget allowed, over all shards.
  std::uint64_t runs_max = 0;
  /// Lines of `sometimes` properties with the run that reached it first.
  std::map<int, std::uint64_t> reached;
  std::optional<failing_run> failed;
  /// Where two runs of the same choices differed; empty if they did not.
  std::string nondeterminism;
  /// The deadline or an interruption ended it early.
  bool cut_short = false;
};

/// The same over scenarios made by `make`, one per run, which gets the run's seed. A text that does
/// not load is a failure, too.
[[nodiscard]] search_outcome search_generated(const std::function<std::string(std::uint64_t)>& make,
                                              const search_options& options);

/// Runs a scenario again and again with other choices, other values of its ranges and other jitter,
/// and stops at the first run that fails. The result is the same for any `jobs`.
///
/// Example:
///
///     #include "sim/language/loader.hpp"
///     auto race = language::load_scenario(R"(lapse: 1
///     policies: { p: 'path "auth/token/renew-self" { capabilities = ["update"] }' }
///     steps:
///       - { create: app, ttl: 1h, policies: [p] }
///       - together: [ { renew: app, self: true }, { revoke: app } ]
///     never: [ { status: 403 } ]
///     )", "race.yaml", {});
///     auto found = explore::search(*race, {});
///     assert(found.failed && found.failed->failures.size() == 1);
[[nodiscard]] search_outcome search(const plan::plan& what, const search_options& options);

} // namespace lapse::explore
