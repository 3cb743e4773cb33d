#pragma once

#include "actors/lives/ledger.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace lapse::tree {

/// How much of a tree is drawn.
struct tree_limits {
  std::size_t lives_max = 0;    ///< tokens and leases in all
  std::size_t children_max = 0; ///< below one token, and without one above
};

/// One node of the drawing: a token or lease, or a count of those left out at that place.
struct tree_node {
  static constexpr auto none = static_cast<std::size_t>(-1);

  lives::ledger::slot life = lives::ledger::no_slot; ///< `no_slot`: it counts what is left out
  std::size_t left_out = 0;                          ///< with all that is below them
  std::size_t above = none;                          ///< index of the node above
};

/// The tree of tokens and leases, level by level, a node after the one above it. Where there are
/// too many, those the scenario gave a name stay rather than others, and older ones rather than
/// younger. A node that counts comes last below its token.
[[nodiscard]] std::vector<tree_node> draw_tree(const lives::ledger& lives,
                                               const tree_limits& limits);

/// What to say of one token or lease in a drawing.
struct node_words {
  std::string name;
  std::string what;  ///< kind, and the path of a lease
  std::string state; ///< state and cause: `alive, own TTL due at 4h`, `expired at 1h: own TTL`
  bool alive = false;
};
[[nodiscard]] node_words words_of(const lives::ledger& lives, const lives::life_record& life,
                                  const lives::outlook& ahead);

} // namespace lapse::tree
