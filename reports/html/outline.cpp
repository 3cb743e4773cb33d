#include "reports/html/outline.hpp"

#include "reports/text/alike_lives.hpp"

#include <string>
#include <unordered_map>
#include <utility>

namespace lapse::html {

namespace {

using indices = std::vector<std::uint32_t>;

/// Who stands below whom, and what is alike: the same for every attempt to draw.
struct kinship {
  std::vector<indices> below; ///< per life
  indices top;                ///< lives without anything above
  indices key;                ///< per life: equal numbers are alike
};

indices keys_of(const lives::ledger& lives, const std::vector<lives::ending>& ends,
                const std::vector<bool>& pinned, bool coarse) {
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::uint32_t> numbers;
  indices result;
  for (lives::ledger::slot i = 0; i < lives.size(); ++i) {
    auto text = pinned[i] ? "pinned " + std::to_string(i)
                          : text_report::alike_key(lives, lives.at(i), ends[i], coarse);
    auto fresh = static_cast<std::uint32_t>(numbers.size());
    result.push_back(numbers.try_emplace(std::move(text), fresh).first->second);
  }
  return result;
}

kinship kinship_of(const lives::ledger& lives) {
  kinship result;
  result.below.resize(lives.size());
  for (lives::ledger::slot i = 0; i < lives.size(); ++i) {
    if (auto above = lives.at(i).above_slot; above != lives::ledger::no_slot)
      result.below[above].push_back(i);
    else
      result.top.push_back(i);
  }
  return result;
}

/// One attempt. Crowds of more than `alone_max` alike siblings become one line.
class drawing {
public:
  static constexpr std::size_t never_together = 0x7fffffff;

  drawing(const kinship& kin, std::size_t alone_max) : kin_(kin), alone_max_(alone_max) {
    result_.node_of.assign(kin.below.size(), outline_node::none);
  }

  /// False if it took more than `outline_nodes_max` lines; then it is not complete.
  [[nodiscard]] bool draw() {
    draw_siblings(kin_.top, outline_node::none, 0);
    return !full_;
  }

  /// What found no line becomes the last line of its siblings.
  void sum_up_rest() { summing_up_ = true; }

  [[nodiscard]] outline take() { return std::move(result_); }

private:
  // As deep as `outline_depth_max`.
  void draw_siblings(const indices& siblings, std::uint32_t above, std::uint32_t depth) {
    if (siblings.empty() || full_)
      return;
    if (depth >= outline_depth_max)
      return draw_rest(siblings, above, depth);
    auto crowds = crowds_of(siblings);
    for (std::size_t i = 0; i < crowds.size() && !full_; ++i) {
      if (summing_up_ && result_.nodes.size() + outline_depth_max >= outline_nodes_max) {
        indices left;
        for (; i < crowds.size(); ++i)
          left.insert(left.end(), crowds[i].begin(), crowds[i].end());
        return draw_rest(left, above, depth);
      }
      if (crowds[i].size() > alone_max_) {
        draw_line(std::move(crowds[i]), above, depth, false);
        continue;
      }
      for (auto member : crowds[i])
        draw_line({member}, above, depth, false);
    }
  }

  void draw_line(indices members, std::uint32_t above, std::uint32_t depth, bool rest) {
    if (result_.nodes.size() >= outline_nodes_max && !summing_up_) {
      full_ = true;
      return;
    }
    auto number = static_cast<std::uint32_t>(result_.nodes.size());
    indices below;
    for (auto member : members) {
      result_.node_of[member] = number;
      if (!rest)
        below.insert(below.end(), kin_.below[member].begin(), kin_.below[member].end());
    }
    result_.nodes.push_back({std::move(members), above, depth, rest});
    if (!rest)
      draw_siblings(below, number, depth + 1);
  }

  void draw_rest(indices members, std::uint32_t above, std::uint32_t depth) {
    // Grows while it is walked: all that is below, in whatever depth.
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto& below = kin_.below[members[i]];
      members.insert(members.end(), below.begin(), below.end());
    }
    draw_line(std::move(members), above, depth, true);
  }

  std::vector<indices> crowds_of(const indices& siblings) const {
    std::vector<indices> crowds;
    if (alone_max_ == never_together) {
      crowds.push_back(siblings);
      return crowds;
    }
    std::unordered_map<std::uint32_t, std::size_t> place;
    for (auto member : siblings) {
      auto [found, fresh] = place.try_emplace(kin_.key[member], crowds.size());
      if (fresh)
        crowds.emplace_back();
      crowds[found->second].push_back(member);
    }
    return crowds;
  }

  const kinship& kin_;
  std::size_t alone_max_;
  bool full_ = false;
  bool summing_up_ = false;
  outline result_;
};

} // namespace

outline make_outline(const lives::ledger& lives, const std::vector<lives::ending>& ends,
                     const std::vector<bool>& pinned) {
  auto kin = kinship_of(lives);
  for (bool coarse : {false, true}) {
    kin.key = keys_of(lives, ends, pinned, coarse);
    for (std::size_t alone_max :
         {drawing::never_together, std::size_t{48}, std::size_t{24}, std::size_t{12},
          std::size_t{6}, std::size_t{3}, std::size_t{1}}) {
      drawing attempt{kin, alone_max};
      if (attempt.draw())
        return attempt.take();
    }
  }
  drawing last{kin, 1};
  last.sum_up_rest();
  (void)last.draw();
  return last.take();
}

} // namespace lapse::html
