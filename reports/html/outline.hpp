#pragma once

#include "actors/lives/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lapse::html {

/// One line of lifelines and tree: a token or lease, or many that are alike and stand under the
/// same line above.
struct outline_node {
  /// In order of creation; never empty.
  std::vector<lives::ledger::slot> members;
  /// The line above, or `none`.
  std::uint32_t above = none;
  std::uint32_t depth = 0;
  /// Sums up what found no line of its own, alike or not.
  bool rest = false;

  static constexpr std::uint32_t none = 0xffffffff;
  [[nodiscard]] bool single() const noexcept { return members.size() == 1; }
  /// Whether it stands for several that are not alike.
  [[nodiscard]] bool mixed() const noexcept { return rest && !single(); }
};

/// Every token and lease of a run in a bounded number of lines.
struct outline {
  /// Each line stands after the one above it, and before all that do not belong below that one.
  std::vector<outline_node> nodes;
  /// Per life, its line.
  std::vector<std::uint32_t> node_of;
};

/// At most this many lines, so that a page of 100,000 tokens can be read and is small.
inline constexpr std::size_t outline_nodes_max = 320;
/// Lines deeper than this are summed up.
inline constexpr std::uint32_t outline_depth_max = 24;

/// Draws everything alone if there is room; else sums up alike siblings, the largest crowds first.
/// `ends` holds `ledger::end_of` per life; lives that are `pinned` are never summed up as alike.
[[nodiscard]] outline make_outline(const lives::ledger& lives,
                                   const std::vector<lives::ending>& ends,
                                   const std::vector<bool>& pinned);

} // namespace lapse::html
