// Strategy `auto`: a proof where one is in reach, else samples.

#include "sim/explore/proof.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace lapse::explore {

namespace {

/// More sets of values than this are not tried: the rest is left to the draws.
constexpr std::size_t value_sets_max = 64;
/// Ranges whose ends are tried in all combinations.
constexpr std::size_t combined_max = 3;
/// Instants of a run that are compared with each other.
constexpr std::size_t instants_max = 24;

bool has_together(const std::vector<plan::step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const plan::step& s) {
    if (const auto* repeat = std::get_if<plan::repeat_step>(&s.action))
      return has_together(repeat->steps);
    return std::holds_alternative<plan::together_step>(s.action);
  });
}

// -- values of ranges ----------------------------------------------------------------

struct range_ends {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool time = false;
};

std::vector<range_ends> ends_of(const plan::plan& what) {
  std::vector<range_ends> result;
  for (const auto& place : what.range_places)
    if (const auto* times = std::get_if<plan::ranged<duration>>(&place.range))
      result.push_back({times->low.count(), times->high.count(), true});
    else if (const auto* numbers = std::get_if<plan::ranged<std::int64_t>>(&place.range))
      result.push_back({numbers->low, numbers->high, false});
  return result;
}

/// When something happened in a run.
class instants final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger&) override {
    if (seen_.size() < instants_max)
      seen_.insert(e.at);
  }

  /// Times between two of them, next to them and exactly, inside of a range.
  [[nodiscard]] std::set<std::int64_t> inside(const range_ends& range) const {
    constexpr std::int64_t second = 1'000'000'000;
    auto unit = range.low % second == 0 && range.high % second == 0 ? second : 1;
    std::set<std::int64_t> result;
    for (auto from : seen_)
      for (auto to : seen_)
        for (auto offset : {-unit, std::int64_t{0}, unit})
          if (auto value = (to - from).count() + offset; value > range.low && value < range.high)
            result.insert(value);
    return result;
  }

private:
  std::set<instant> seen_;
};

// -- proof ---------------------------------------------------------------------------

/// One search of strategy `auto`.
class prover {
public:
  prover(const plan::plan& what, const search_options& options) : plan_(what), options_(options) {}

  proof_outcome run() {
    if (!holds_in_file_order() || !prove() || proved())
      return std::move(result_);
    auto how = options_;
    how.strategy = mixed{};
    result_.sampled = search(plan_, how);
    result_.failed = std::move(result_.sampled.failed);
    return std::move(result_);
  }

private:
  /// What `lapse run` does fails plainly and needs no search. Without a race the first trace of the
  /// proof is the same run.
  [[nodiscard]] bool holds_in_file_order() {
    if (!has_together(plan_.steps) && !plan_.decisions)
      return true;
    run::run_options how;
    engine::decision_list decisions;
    how.decisions = &decisions;
    auto done = run_trial(plan_, how);
    if (done.failures.empty())
      return true;
    auto recipe = recipe_of(0, options_);
    if (plan_.decisions)
      recipe = {plan_.seed, {}, std::nullopt, true};
    else
      decisions.clear();
    result_.sampled.runs = options_.shard == 0 ? 1 : 0;
    result_.sampled.runs_max = 1;
    result_.failed =
        failing_run{0, false, std::move(recipe), std::move(decisions), std::move(done.failures)};
    return false;
  }

  /// False if the search ends with a failure.
  [[nodiscard]] bool prove() {
    auto& all = result_.proof.emplace();
    all.complete = true;
    auto how = options_;
    how.shard = 0;
    how.shards = 1;
    how.runs = proof_runs_max;
    how.deliveries = proof_deliveries_max;
    for (auto& values : values_to_try(plan_)) {
      ++result_.value_sets;
      auto one = explore_all(plan_, how, {std::move(values), true});
      add(one, all);
      if (result_.failed || !all.nondeterminism.empty())
        return false;
      how.runs -= std::min(how.runs - 1, one.traces + one.other_runs);
      if (!all.complete)
        break;
    }
    return true;
  }

  void add(exhaustive_outcome& one, exhaustive_outcome& all) {
    if (options_.shard == 0) {
      all.traces += one.traces;
      all.other_runs += one.other_runs;
    }
    all.complete = one.complete;
    all.stopped_by = one.stopped_by;
    all.choices |= one.choices;
    for (auto [line, subtree] : one.reached)
      all.reached.emplace(line, 0);
    all.nondeterminism = one.nondeterminism;
    result_.failed = std::move(one.failed);
  }

  [[nodiscard]] bool proved() const { return result_.proof->complete && !has_draws(plan_); }

  const plan::plan& plan_;
  const search_options& options_;
  proof_outcome result_;
};

} // namespace

bool has_draws(const plan::plan& what) { return what.ranges > 0 || what.server.revocation_jitter; }

std::vector<plan::range_values> values_to_try(const plan::plan& what) {
  const auto ranges = ends_of(what);
  if (ranges.empty())
    return {{}};
  std::vector<plan::range_values> result;
  auto combinations = ranges.size() <= combined_max ? std::size_t{1} << ranges.size() : 2;
  for (std::size_t set = 0; set < combinations; ++set) {
    auto& values = result.emplace_back();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      auto high = combinations == 2 ? set == 1 : ((set >> i) & 1) == 1;
      values.push_back(high ? ranges[i].high : ranges[i].low);
    }
  }
  instants seen;
  run::run_options how;
  how.interleave = true;
  how.readers.push_back(&seen);
  (void)run::run_plan(what, how);
  for (std::size_t i = 0; i < ranges.size(); ++i)
    if (ranges[i].time)
      for (auto value : seen.inside(ranges[i])) {
        if (result.size() >= value_sets_max)
          return result;
        result.push_back(result.front());
        result.back()[i] = value;
      }
  return result;
}

proof_outcome prove_or_sample(const plan::plan& what, const search_options& options) {
  return prover(what, options).run();
}

} // namespace lapse::explore
