#include "sim/explore/exhaustive.hpp"

#include "sim/explore/ordered_work.hpp"
#include "sim/explore/source_dpor.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

namespace lapse::explore {

namespace {

/// Trees that need no more than this many runs are not divided.
constexpr std::uint64_t small_tree = 256;
/// Into how many subtrees a larger one is divided, at least, if it can be.
constexpr std::size_t subtrees_wanted = 64;

/// What one subtree, or a small tree, came to.
struct tree_count {
  std::uint64_t traces = 0;
  std::uint64_t blocked = 0;
  bool complete = false;
  bool overflowed = false;
  std::uint64_t strays = 0;
  /// `sometimes` that some run reached, by line.
  std::set<int> reached;
  std::optional<failing_run> failed;

  [[nodiscard]] std::uint64_t runs() const noexcept { return traces + blocked; }
};

class tree_search {
public:
  tree_search(const plan::plan& what, const search_options& options)
    : plan_(what), options_(options), wished_(sometimes_lines(what)) {}

  exhaustive_outcome run() {
    auto shards = options_.shards;
    // Every shard checks whether the tree is small; if so, the first one reports it.
    auto whole = count({}, std::min(options_.runs, small_tree));
    if (whole.complete || whole.failed || whole.runs() < std::min(options_.runs, small_tree) ||
        options_.runs <= small_tree) {
      if (options_.shard == 0)
        add(whole, 0);
      else
        result_.complete = whole.complete;
      return std::move(result_);
    }
    auto trees = divide();
    std::vector<subtree> mine;
    for (std::size_t i = 0; i < trees.size(); ++i)
      if (i % shards == options_.shard)
        mine.push_back(std::move(trees[i]));
    if (options_.shard == 0)
      result_.other_runs += dividing_runs_;
    all(mine);
    return std::move(result_);
  }

private:
  trial run_with(engine::strategy& chooser, engine::decision_list& decisions) const {
    run::run_options how;
    how.interleave = true;
    how.chooser = &chooser;
    how.decisions = &decisions;
    return run_trial(plan_, how);
  }

  [[nodiscard]] tree_count count(const subtree& start, std::uint64_t runs_max) const {
    tree_count result;
    source_dpor tree(start);
    engine::decision_list decisions;
    while (!stopping_ && !is_over(options_)) {
      if (!tree.begin()) {
        result.complete = tree.strays() == 0 && !result.overflowed;
        break;
      }
      if (result.runs() >= runs_max)
        break;
      decisions.clear();
      auto done = run_with(tree, decisions);
      result.strays = tree.strays();
      result.overflowed |= done.outcome.overflowed;
      ++(tree.blocked() ? result.blocked : result.traces);
      for (auto line : wished_)
        if (std::find(done.unreached.begin(), done.unreached.end(), line) == done.unreached.end())
          result.reached.insert(line);
      if (!done.failures.empty()) {
        result.failed =
            failing_run{0, {std::nullopt, std::nullopt, true}, decisions, std::move(done.failures)};
        break;
      }
    }
    return result;
  }

  /// The same subtrees for any `jobs` and `shards`.
  [[nodiscard]] std::vector<subtree> divide() {
    std::deque<subtree> open{subtree{}};
    std::vector<subtree> whole;
    engine::decision_list decisions;
    auto run = [&](source_dpor& tree) {
      ++dividing_runs_;
      decisions.clear();
      (void)run_with(tree, decisions);
    };
    while (!open.empty() && open.size() + whole.size() < subtrees_wanted) {
      auto next = std::move(open.front());
      open.pop_front();
      auto below = source_dpor::divide(next, run);
      if (below.size() == 1 && below.front().prefix.size() == next.prefix.size())
        whole.push_back(std::move(below.front()));
      else
        std::move(below.begin(), below.end(), std::back_inserter(open));
    }
    std::move(open.begin(), open.end(), std::back_inserter(whole));
    return whole;
  }

  void all(const std::vector<subtree>& trees) {
    std::vector<tree_count> counts(trees.size());
    ordered_work work;
    work.make = [&](std::size_t i) { counts[i] = count(trees[i], options_.runs); };
    work.take = [&](std::size_t i) {
      return take(trees[i], i * options_.shards + options_.shard, std::move(counts[i]));
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
    auto left = options_.runs - std::min(options_.runs, runs_);
    // Where the budget ends does not depend on which thread was faster.
    if (one.runs() > left)
      one = count(tree, left);
    add(one, number);
    if (!one.complete || one.failed) {
      result_.cut_short = is_over(options_);
      stopping_ = true;
    }
    return !stopping_;
  }

  void add(const tree_count& one, std::uint64_t tree) {
    runs_ += one.runs();
    result_.traces += one.traces;
    result_.other_runs += one.blocked;
    result_.complete = one.complete;
    result_.overflowed |= one.overflowed;
    result_.reached.insert(one.reached.begin(), one.reached.end());
    if (one.failed) {
      result_.failed = one.failed;
      result_.failed->number = tree;
    }
  }

  const plan::plan& plan_;
  const search_options& options_;
  std::set<int> wished_;
  std::uint64_t runs_ = 0;
  std::uint64_t dividing_runs_ = 0;
  exhaustive_outcome result_;
  std::atomic<bool> stopping_ = false;
};

} // namespace

exhaustive_outcome explore_all(const plan::plan& what, const search_options& options) {
  return tree_search(what, options).run();
}

} // namespace lapse::explore
