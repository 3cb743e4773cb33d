#include "sim/explore/exhaustive.hpp"

#include "sim/engine/replay_strategy.hpp"
#include "sim/explore/ordered_work.hpp"
#include "sim/explore/source_dpor.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <numeric>
#include <utility>

namespace lapse::explore {

namespace {

/// Trees that need no more than this many runs are not divided.
constexpr std::uint64_t small_tree = 256;
/// A budget that dividing would use up for a good part is spent without.
constexpr std::uint64_t small_budget = 1'024;
/// Into how many subtrees a larger one is divided, at least, if it can be: a dozen for each of 16
/// shards, so that their parts are about alike.
constexpr std::size_t subtrees_wanted = 192;

/// What one subtree, or a small tree, came to.
struct tree_count {
  std::uint64_t traces = 0;
  std::uint64_t blocked = 0;
  bool complete = false;
  bool choices = false;
  /// What is left of the budget would not be enough.
  bool gave_up = false;
  search_limit stopped_by = search_limit::none;
  /// Of its first run.
  std::uint64_t deliveries = 0;
  /// `sometimes` that some run reached, by line.
  std::set<int> reached;
  std::optional<failing_run> failed;
  std::string nondeterminism;

  [[nodiscard]] std::uint64_t runs() const noexcept { return traces + blocked; }
  /// A fault was found, of the scenario or of lapse.
  [[nodiscard]] bool found() const noexcept { return failed || !nondeterminism.empty(); }
};

class tree_search {
public:
  tree_search(const plan::plan& what, const search_options& options, const exhaustive_options& how)
    : plan_(what), options_(options), how_(how), wished_(sometimes_lines(what)) {}

  exhaustive_outcome run() {
    // Every shard checks whether the tree is small; if so, the first one reports it.
    const auto small = options_.runs <= small_budget ? options_.runs : small_tree;
    auto whole = count({}, small);
    runs_max_ = runs_within(options_, whole.deliveries);
    if (whole.complete || whole.found() || whole.gave_up || runs_max_ <= small) {
      if (options_.shard == 0)
        add(whole, 0);
      else
        result_.complete = whole.complete;
      return std::move(result_);
    }
    auto trees = divide();
    // Every shard divides, so every shard reckons with it.
    runs_ = dividing_runs_;
    auto mine = part_of(trees);
    if (options_.shard == 0)
      result_.other_runs += dividing_runs_;
    all(mine);
    return std::move(result_);
  }

private:
  trial run_with(engine::strategy& chooser, engine::decision_list& decisions) const {
    decisions.clear();
    run::run_options how;
    how.interleave = true;
    how.chooser = &chooser;
    how.decisions = &decisions;
    how.range_values = how_.range_values;
    return run_trial(plan_, how);
  }

  /// Where the same choices lead to something else the second time; empty if they do not.
  [[nodiscard]] std::string difference(const trial& first,
                                       const engine::decision_list& decisions) const {
    engine::replay_strategy replay(decisions);
    engine::decision_list again;
    auto second = run_with(replay, again);
    auto result = engine::first_difference(decisions, again);
    if (result.empty() && second.outcome.decisions_hash != first.outcome.decisions_hash)
      result = "the same choices led to other deliveries";
    return result;
  }

  [[nodiscard]] tree_count count(const subtree& start, std::uint64_t runs_max) const {
    tree_count result;
    source_dpor tree(start);
    auto whole = start.prefix.empty();
    while (!stopping_) {
      if (is_over(options_)) {
        result.stopped_by = search_limit::time;
        result.gave_up = true;
        break;
      }
      auto allowed = runs_within(options_, result.deliveries);
      if (whole && how_.give_up_early)
        tree.limit_pending(allowed - std::min(allowed, result.runs() + 1));
      if (!tree.begin()) {
        result.complete = tree.strays() == 0 && result.stopped_by == search_limit::none;
        break;
      }
      if (result.runs() >= (whole ? std::min(runs_max, allowed) : runs_max) || tree.gave_up()) {
        result.stopped_by = search_limit::runs;
        result.gave_up = tree.gave_up() ||
                         (whole && how_.give_up_early && tree.seems_beyond(result.runs(), allowed));
        break;
      }
      if (!count_run(tree, result))
        break;
    }
    return result;
  }

  /// Makes one run; false if it ends the search.
  [[nodiscard]] bool count_run(source_dpor& tree, tree_count& result) const {
    engine::decision_list decisions;
    auto done = run_with(tree, decisions);
    if (result.runs() == 0)
      result.deliveries = done.outcome.deliveries;
    ++(tree.blocked() ? result.blocked : result.traces);
    result.choices |= !decisions.empty();
    for (auto line : wished_)
      if (std::find(done.unreached.begin(), done.unreached.end(), line) == done.unreached.end())
        result.reached.insert(line);
    if (options_.verify_determinism)
      result.nondeterminism = difference(done, decisions);
    if (!done.failures.empty())
      result.failed = failing_run{0,
                                  true,
                                  {std::nullopt, how_.range_values, std::nullopt, true},
                                  std::move(decisions),
                                  std::move(done.failures)};
    if (done.outcome.overflowed) {
      result.stopped_by = search_limit::messages;
      result.gave_up = how_.give_up_early;
    }
    return !result.found() && !result.gave_up;
  }

  /// The same subtrees for any `jobs` and `shards`.
  [[nodiscard]] std::vector<subtree> divide() {
    std::deque<subtree> open{subtree{}};
    std::vector<subtree> whole;
    engine::decision_list decisions;
    auto run = [&](source_dpor& tree) {
      ++dividing_runs_;
      (void)run_with(tree, decisions);
    };
    while (!open.empty() && open.size() + whole.size() < subtrees_wanted) {
      auto largest =
          std::max_element(open.begin(), open.end(),
                           [](const subtree& a, const subtree& b) { return a.weight < b.weight; });
      auto next = std::move(*largest);
      open.erase(largest);
      auto below = source_dpor::divide(next, run);
      if (below.size() == 1 && below.front().prefix.size() == next.prefix.size())
        whole.push_back(std::move(below.front()));
      else
        std::move(below.begin(), below.end(), std::back_inserter(open));
    }
    std::move(open.begin(), open.end(), std::back_inserter(whole));
    return whole;
  }

  /// A subtree and its number.
  struct numbered_tree {
    std::uint64_t number = 0;
    subtree tree;
  };

  /// This shard's subtrees: the heaviest first, each goes to the shard that has least.
  [[nodiscard]] std::vector<numbered_tree> part_of(std::vector<subtree>& trees) const {
    std::vector<std::size_t> order(trees.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return trees[a].weight > trees[b].weight;
    });
    std::vector<std::uint64_t> load(options_.shards);
    std::vector<std::size_t> mine;
    for (auto tree : order) {
      auto least = std::min_element(load.begin(), load.end());
      *least += trees[tree].weight;
      if (static_cast<std::uint64_t>(least - load.begin()) == options_.shard)
        mine.push_back(tree);
    }
    std::sort(mine.begin(), mine.end());
    std::vector<numbered_tree> result;
    for (auto tree : mine)
      result.push_back({tree, std::move(trees[tree])});
    return result;
  }

  void all(const std::vector<numbered_tree>& trees) {
    std::vector<tree_count> counts(trees.size());
    ordered_work work;
    work.make = [&](std::size_t i) { counts[i] = count(trees[i].tree, runs_max_); };
    work.take = [&](std::size_t i) {
      return take(trees[i].tree, trees[i].number, std::move(counts[i]));
    };
    work.wait = [&](std::size_t) {
      if (options_.progress)
        options_.progress(result_.traces);
    };
    result_.complete = true;
    work.run(trees.size(), options_.jobs);
  }

  /// False if the search ends with this subtree.
  [[nodiscard]] bool take(const subtree& tree, std::uint64_t number, tree_count one) {
    auto left = runs_max_ - std::min(runs_max_, runs_);
    // Where the budget ends does not depend on which thread was faster.
    if (one.runs() > left)
      one = count(tree, left);
    add(one, number);
    stopping_ = !one.complete || one.found();
    return !stopping_;
  }

  void add(const tree_count& one, std::uint64_t tree) {
    runs_ += one.runs();
    result_.traces += one.traces;
    result_.other_runs += one.blocked;
    result_.complete = one.complete;
    result_.choices |= one.choices;
    result_.stopped_by = one.stopped_by;
    if (one.stopped_by == search_limit::runs && runs_max_ < options_.runs)
      result_.stopped_by = search_limit::deliveries;
    for (auto line : one.reached)
      result_.reached.emplace(line, tree);
    if (dividing_runs_ > 0)
      result_.subtrees.push_back({tree, one.traces, one.blocked});
    result_.nondeterminism = one.nondeterminism;
    if (one.failed) {
      result_.failed = one.failed;
      result_.failed->number = tree;
    }
  }

  const plan::plan& plan_;
  const search_options& options_;
  const exhaustive_options& how_;
  std::set<int> wished_;
  /// What the budgets of runs and of deliveries allow.
  std::uint64_t runs_max_ = 0;
  std::uint64_t runs_ = 0;
  std::uint64_t dividing_runs_ = 0;
  exhaustive_outcome result_;
  std::atomic<bool> stopping_ = false;
};

} // namespace

std::string_view to_string(search_limit limit) noexcept {
  switch (limit) {
    case search_limit::none:
      break;
    case search_limit::runs:
      return "runs";
    case search_limit::deliveries:
      return "deliveries";
    case search_limit::messages:
      return "messages";
    case search_limit::time:
      return "time";
  }
  return "none";
}

exhaustive_outcome explore_all(const plan::plan& what, const search_options& options,
                               const exhaustive_options& how) {
  return tree_search(what, options, how).run();
}

} // namespace lapse::explore
