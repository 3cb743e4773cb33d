#include "sim/explore/search.hpp"

#include "actors/protocol/ids.hpp"
#include "sim/explore/ordered_work.hpp"
#include "sim/language/loader.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

namespace lapse::explore {

namespace {

constexpr std::uint64_t runs_per_piece = 16;
constexpr std::uint64_t pieces_per_round = 1u << 14;

/// What is kept of a run that held.
struct run_note {
  std::uint64_t number = 0;
  std::uint64_t history = 0;
  std::vector<int> unreached;
  std::optional<failing_run> failed;
  std::string nondeterminism;
};

/// A scenario file can hold seeds up to 2^63 - 1, and a counterexample may have to.
std::uint64_t seed_of_run(std::uint64_t seed, std::uint64_t number) {
  return derive(seed, number) >> 1;
}

/// One sampled search.
class sampler {
public:
  sampler(const plan::plan& what, const search_options& options) : plan_(&what), options_(options) {
    probe();
    wished_ = sometimes_lines(what);
  }

  sampler(const std::function<std::string(std::uint64_t)>& make, const search_options& options)
    : make_(make), options_(options) {
    result_.runs_max = options.runs;
  }

  search_outcome run() {
    auto total = std::min(result_.runs_max, options_.runs);
    if (result_.single_history)
      total = std::min<std::uint64_t>(total, 1);
    result_.runs_max = total;
    auto mine = total > options_.shard ? (total - options_.shard - 1) / options_.shards + 1 : 0;
    constexpr auto runs_per_round = runs_per_piece * pieces_per_round;
    for (std::uint64_t first = 0; first < mine && !stopping_; first += runs_per_round)
      round(first, std::min(mine, first + runs_per_round));
    return std::move(result_);
  }

private:
  /// How many choices a run has, and whether runs can differ at all.
  void probe() {
    oldest_first chooser;
    run::run_options how;
    how.interleave = true;
    how.chooser = &chooser;
    const auto done = run::run_plan(*plan_, how);
    choices_ = chooser.choices();
    result_.runs_max = runs_within(options_, done.deliveries);
    result_.single_history =
        choices_ == 0 && plan_->ranges == 0 && !plan_->server.revocation_jitter;
  }

  void round(std::uint64_t first, std::uint64_t last) {
    auto pieces = (last - first + runs_per_piece - 1) / runs_per_piece;
    std::vector<std::vector<run_note>> notes(pieces);
    ordered_work work;
    work.make = [&](std::size_t piece) {
      auto from = first + piece * runs_per_piece;
      for (auto i = from; i < std::min(last, from + runs_per_piece); ++i)
        if (stopping_ || is_over(options_) ||
            !make(i * options_.shards + options_.shard, notes[piece]))
          return;
    };
    work.take = [&](std::size_t piece) {
      for (auto& note : notes[piece])
        if (!take(std::move(note)))
          return false;
      notes[piece] = {};
      if (is_over(options_)) {
        result_.cut_short = true;
        stopping_ = true;
      }
      return !stopping_;
    };
    work.wait = [&](std::size_t made) {
      if (options_.progress)
        options_.progress(std::min(last, first + made * runs_per_piece));
    };
    work.run(pieces, options_.jobs);
  }

  /// False after a run that ends the search. Called from several threads.
  [[nodiscard]] bool make(std::uint64_t number, std::vector<run_note>& out) const {
    auto& note = out.emplace_back();
    note.number = number;
    auto recipe = recipe_of(number, options_);
    plan::plan made;
    if (make_) {
      recipe = generated_recipe(number);
      auto loaded = language::load_scenario(make_(*recipe.seed), "generated", {});
      if (!loaded) {
        failure refused{"error",
                        loaded.error().front().text,
                        loaded.error().front().text,
                        loaded.error().front().at.line,
                        {}};
        note.failed = failing_run{number, false, recipe, {}, {std::move(refused)}};
        return false;
      }
      made = *std::move(loaded);
    }
    const auto& what = make_ ? made : *plan_;
    engine::decision_list decisions;
    auto done = one(what, recipe, note.history, decisions);
    note.unreached = std::move(done.unreached);
    if (!done.failures.empty())
      note.failed = failing_run{number, false, recipe, decisions, std::move(done.failures)};
    if (options_.verify_determinism) {
      std::uint64_t history = 0;
      engine::decision_list again;
      auto second = one(what, recipe, history, again);
      note.nondeterminism = engine::first_difference(decisions, again);
      if (note.nondeterminism.empty() &&
          second.outcome.decisions_hash != done.outcome.decisions_hash)
        note.nondeterminism = "the same choices led to other deliveries";
    }
    return !note.failed && note.nondeterminism.empty();
  }

  /// Every run of generated scenarios has a seed, for the scenario.
  [[nodiscard]] run_recipe generated_recipe(std::uint64_t number) const {
    auto result = recipe_of(number + 2, options_);
    result.seed = seed_of_run(options_.seed, number);
    return result;
  }

  trial one(const plan::plan& what, const run_recipe& recipe, std::uint64_t& history,
            engine::decision_list& decisions) const {
    run::run_options how;
    how.seed = recipe.seed;
    how.range_values = recipe.range_values;
    how.interleave = recipe.interleave;
    how.decisions = &decisions;
    oldest_first plain;
    std::unique_ptr<engine::strategy> chooser;
    if (recipe.strategy)
      chooser = make_strategy(*recipe.strategy, recipe.seed.value_or(0), choices_);
    history_watch watch(chooser ? *chooser : plain);
    if (recipe.interleave)
      how.chooser = &watch;
    auto result = run_trial(what, how);
    history = watch.history();
    // Other values make another history even if messages come in the same order.
    if (make_ || what.ranges > 0 || what.server.revocation_jitter)
      history = derive(history, recipe.seed.value_or(0));
    return result;
  }

  /// False if the search ends with this run.
  [[nodiscard]] bool take(run_note note) {
    ++result_.runs;
    if (result_.histories.size() < histories_max)
      result_.histories.emplace(note.history, note.number);
    for (auto line : wished_)
      if (std::find(note.unreached.begin(), note.unreached.end(), line) == note.unreached.end())
        result_.reached.emplace(line, note.number);
    result_.nondeterminism = std::move(note.nondeterminism);
    result_.failed = std::move(note.failed);
    if (result_.failed || !result_.nondeterminism.empty())
      stopping_ = true;
    return !stopping_;
  }

  /// Null if scenarios are made.
  const plan::plan* plan_ = nullptr;
  std::function<std::string(std::uint64_t)> make_;
  const search_options& options_;
  std::set<int> wished_;
  /// About how many choices a run has.
  std::uint64_t choices_ = 64;
  search_outcome result_;
  std::atomic<bool> stopping_ = false;
};

} // namespace

bool is_over(const search_options& options) {
  return (options.interrupted != nullptr && *options.interrupted) ||
         (options.deadline && std::chrono::steady_clock::now() >= *options.deadline);
}

std::uint64_t runs_within(const search_options& options, std::uint64_t deliveries) {
  const auto allowed = options.deliveries / std::max<std::uint64_t>(deliveries, 1);
  return std::min(options.runs, std::max<std::uint64_t>(allowed, 1));
}

std::set<int> sometimes_lines(const plan::plan& what) {
  std::set<int> result;
  for (const auto& p : what.properties)
    if (p.what == plan::property::kind::sometimes)
      result.insert(p.where.line);
  return result;
}

run_recipe recipe_of(std::uint64_t number, const search_options& options) {
  if (number == 0)
    return {std::nullopt, {}, std::nullopt, false};
  if (number == 1)
    return {std::nullopt, {}, std::nullopt, true};
  run_recipe result;
  result.seed = seed_of_run(options.seed, number);
  if (const auto* one = std::get_if<sampling>(&options.strategy)) {
    result.strategy = *one;
    return result;
  }
  constexpr sampling others[] = {sampling::pct, sampling::pos, sampling::delay};
  result.strategy = number % 2 == 0 ? sampling::random : others[number / 2 % std::size(others)];
  return result;
}

search_outcome search_generated(const std::function<std::string(std::uint64_t)>& make,
                                const search_options& options) {
  return sampler(make, options).run();
}

search_outcome search(const plan::plan& what, const search_options& options) {
  return sampler(what, options).run();
}

} // namespace lapse::explore
