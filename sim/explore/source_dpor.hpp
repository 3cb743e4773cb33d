#pragma once

#include "sim/explore/dependence.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace lapse::explore {

/// A channel that need not be tried yet: what it would do next has been explored from an equivalent
/// place, until something in conflict with it happens.
struct sleeper {
  channel_name channel;
  access_set accesses;
};

/// Where an exploration starts: the first deliveries, and who sleeps after them.
struct subtree {
  std::vector<channel_name> prefix;
  std::vector<sleeper> sleep;
  /// About how many runs it has, to compare with others.
  std::uint64_t weight = 1;
};

/// Explores every history of a scenario once per class of equivalent ones: source-DPOR with sleep
/// sets (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order reduction, POPL 2014).
/// Use: `while (tree.begin()) run(tree);`.
class source_dpor final : public engine::strategy {
public:
  enum class reduction : std::uint8_t {
    source_sets,
    none ///< every order of everything: what the reduction is tested against
  };

  explicit source_dpor(subtree start = {}, reduction how = reduction::source_sets)
    : start_(std::move(start)), how_(how) {}

  /// Prepares the next run; false when there is none left.
  [[nodiscard]] bool begin();

  /// Gives up as soon as more than `runs` runs are certain to follow the one that is under way.
  void limit_pending(std::uint64_t runs) noexcept { pending_max_ = runs; }

  /// Whether it gave up: the run just done was finished first in, first out.
  [[nodiscard]] bool gave_up() const noexcept { return pending_ > pending_max_; }

  /// Whether the part of the tree seen in `runs` runs is so small that the whole seems to need more
  /// than four times `budget`. An estimate, rather too low: what is still to be found counts as
  /// nothing.
  [[nodiscard]] bool seems_beyond(std::uint64_t runs, std::uint64_t budget) const;

  /// Whether the run just done only repeated others: all that was left to choose slept.
  [[nodiscard]] bool blocked() const noexcept { return blocked_; }

  /// Runs that did not find a message they were to deliver. Always 0 if every access is noted.
  [[nodiscard]] std::uint64_t strays() const noexcept { return strays_; }

  /// Divides what is below the start at the first choice there into subtrees, in order; itself if
  /// there is none. Call once, instead of exploring. `run` makes one run with the strategy it gets.
  template <class Run>
  [[nodiscard]] static std::vector<subtree> divide(const subtree& start, Run&& run);

  [[nodiscard]] std::optional<std::size_t>
  choose(std::span<const engine::ready_channel> ready) override;
  [[nodiscard]] bool wants_footprints() const noexcept override { return true; }
  void delivered(const engine::footprint& what) override;
  void settled() override;

private:
  struct node {
    channel_name chosen;
    access_set accesses;
    happens_before::event event;
    std::vector<channel_name> enabled;
    std::vector<channel_name> backtrack;
    /// Inherited, and those tried here before.
    std::vector<sleeper> sleep;
    /// Channels whose subtrees are done.
    std::uint64_t tried = 0;
  };

  [[nodiscard]] static bool asleep(const node& at, const channel_name& channel);
  [[nodiscard]] std::vector<sleeper> inherited() const;
  [[nodiscard]] bool open_node(std::span<const engine::ready_channel> ready);
  void handle_races();
  void try_later(node& at, const channel_name& channel);
  void add_backtrack(std::size_t place, const std::vector<std::size_t>& reversed);
  [[nodiscard]] std::optional<std::size_t> run_free() noexcept;
  /// Leaves of the tree below the start as far as it is known, if all subtrees of a node are alike.
  [[nodiscard]] std::uint64_t leaves() const;
  /// The first place at or below the start with a real choice.
  [[nodiscard]] std::optional<std::size_t> first_choice() const;

  subtree start_;
  reduction how_;
  std::vector<node> nodes_;
  happens_before order_;
  std::size_t depth_ = 0;
  /// Nodes whose accesses are known from a run before.
  std::size_t known_ = 0;
  bool started_ = false;
  bool free_ = false;
  bool blocked_ = false;
  /// Nothing was left to deliver since the last delivery: no channel sleeps any more.
  bool fresh_ = true;
  std::uint64_t strays_ = 0;
  /// Channels to try at some node, none of them asleep: each makes one more run at least.
  std::uint64_t pending_ = 0;
  std::uint64_t pending_max_ = static_cast<std::uint64_t>(-1);
};

template <class Run>
std::vector<subtree> source_dpor::divide(const subtree& start, Run&& run) {
  source_dpor tree(start);
  if (!tree.begin())
    return {};
  run(tree);
  auto place = tree.first_choice();
  if (!place)
    return {start};
  std::vector<subtree> result;
  subtree below;
  for (std::size_t i = 0; i < *place; ++i)
    below.prefix.push_back(tree.nodes_[i].chosen);
  const auto parting = tree.nodes_[*place];
  auto sleep = parting.sleep;
  for (const auto& channel : parting.enabled) {
    if (asleep(parting, channel))
      continue;
    auto one = below;
    one.prefix.push_back(channel);
    source_dpor probe(one);
    if (!probe.begin())
      continue;
    run(probe);
    if (probe.nodes_.size() < one.prefix.size())
      continue;
    one.weight = probe.leaves();
    const auto& accesses = probe.nodes_[*place].accesses;
    for (const auto& other : sleep)
      if (!conflict(other.accesses, accesses))
        one.sleep.push_back(other);
    sleep.push_back({channel, accesses});
    result.push_back(std::move(one));
  }
  return result;
}

} // namespace lapse::explore
