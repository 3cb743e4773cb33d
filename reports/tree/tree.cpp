#include "reports/tree/tree.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/chronicle/cause.hpp"

#include <algorithm>

namespace lapse {

namespace {

/// Who is below whom, by number of record; below the last number is what has nothing above it.
class family {
public:
  explicit family(const chronicle& book) : size_(book.lives().size(), 1) {
    const auto& lives = book.lives();
    below_.resize(lives.size() + 1);
    for (auto i = lives.size(); i-- > 0;)
      if (const auto above = book.above(i))
        size_[*above] += size_[i];
    for (std::size_t i = 0; i < lives.size(); ++i)
      below_[book.above(i).value_or(lives.size())].push_back(i);
    auto named = [&](std::size_t i) { return !lives[i].handle.empty(); };
    for (auto& children : below_)
      std::stable_partition(children.begin(), children.end(), named);
  }

  [[nodiscard]] const std::vector<std::size_t>& below(std::size_t record) const {
    return below_[record == tree_node::none ? below_.size() - 1 : record];
  }

  /// With all that is below it.
  [[nodiscard]] std::size_t size(std::size_t record) const { return size_[record]; }

private:
  std::vector<std::size_t> size_;
  std::vector<std::vector<std::size_t>> below_;
};

} // namespace

std::vector<tree_node> draw_tree(const chronicle& book, const tree_limits& limits) {
  const family all(book);
  std::vector<tree_node> nodes;
  std::size_t drawn = 0;
  auto draw_below = [&](std::size_t record, std::size_t above) {
    const auto& children = all.below(record);
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
      nodes.push_back({tree_node::none, left_out, above});
  };
  draw_below(tree_node::none, tree_node::none);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].record != tree_node::none)
      draw_below(nodes[i].record, i);
  return nodes;
}

node_words words_of(const chronicle& book, const life_record& life, const outlook& ahead) {
  node_words words;
  words.name = book.name(life);
  words.what = to_string(life.what);
  if (life.is_lease())
    words.what += ' ' + *life.path;
  const auto end = book.end_of(life);
  words.alive = end.at == never;
  words.state = what_bound(book, life, ahead);
  if (!words.alive)
    words.state =
        std::string{state_word(end)} + " at " + format_duration(end.at) + ": " + words.state;
  if (life.irrevocable)
    words.state += ", its revocation was given up";
  return words;
}

} // namespace lapse
