#include "reports/tree/tree.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"

#include <algorithm>

namespace lapse::tree {

namespace {

/// Who is below whom, by slot; the last list is of what has nothing above it.
class family {
public:
  explicit family(const lives::ledger& lives) : below_(lives.size() + 1), size_(lives.size(), 1) {
    for (auto i = lives.size(); i-- > 0;)
      if (auto above = lives.at(i).above_slot; above != lives::ledger::no_slot)
        size_[above] += size_[i];
    for (lives::ledger::slot i = 0; i < lives.size(); ++i)
      below_[std::min(lives.at(i).above_slot, lives.size())].push_back(i);
    auto named = [&](lives::ledger::slot i) { return !lives.handle(lives.at(i)).empty(); };
    for (auto& children : below_)
      std::stable_partition(children.begin(), children.end(), named);
  }

  /// What is below a life; below `no_slot`, what has nothing above it.
  [[nodiscard]] const std::vector<lives::ledger::slot>& below(lives::ledger::slot life) const {
    return below_[std::min<std::size_t>(life, size_.size())];
  }

  /// With all that is below it.
  [[nodiscard]] std::size_t size(lives::ledger::slot life) const { return size_[life]; }

private:
  std::vector<std::vector<lives::ledger::slot>> below_;
  std::vector<std::size_t> size_;
};

} // namespace

std::vector<tree_node> draw_tree(const lives::ledger& lives, const tree_limits& limits) {
  const family all(lives);
  std::vector<tree_node> nodes;
  std::size_t drawn = 0;
  auto draw_below = [&](lives::ledger::slot life, std::size_t above) {
    const auto& children = all.below(life);
    const auto count = std::min({children.size(), limits.children_max, limits.lives_max - drawn});
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (i < count)
        nodes.push_back({children[i], 0, above});
      else
        left_out += all.size(children[i]);
    }
    drawn += count;
    if (left_out > 0)
      nodes.push_back({lives::ledger::no_slot, left_out, above});
  };
  draw_below(lives::ledger::no_slot, tree_node::none);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].life != lives::ledger::no_slot)
      draw_below(nodes[i].life, i);
  return nodes;
}

node_words words_of(const lives::ledger& lives, const lives::life_record& life,
                    const lives::outlook& ahead) {
  node_words words;
  words.name = lives.name(life);
  words.what = to_string(life.what);
  if (life.is_lease())
    words.what += ' ' + *life.path();
  const auto end = lives.end_of(life);
  words.alive = end.at == never;
  words.state = cause::what_bound(lives, life, ahead);
  if (!words.alive)
    words.state = std::string{to_string(end.state())} + " at " + ttl::readable_duration(end.at) +
                  ": " + words.state;
  if (life.given_up)
    words.state += ", its revocation was given up";
  return words;
}

} // namespace lapse::tree
