#pragma once

#include "sim/shrink/document.hpp"
#include "sim/shrink/measure.hpp"
#include "sim/shrink/shrinker.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace lapse {

/// The best case so far and the budget: every candidate of every pass goes through here. A candidate
/// is tried if it was not tried before, is smaller than the best and loads; it becomes the best if
/// the oracle confirms it.
class search {
public:
  search(document_node document, const shrink_case& failing, const shrink_oracle& oracle,
         const shrink_options& options);

  [[nodiscard]] const document_node& best() const noexcept { return best_; }
  [[nodiscard]] const shrink_case& best_case() const noexcept { return best_case_; }
  [[nodiscard]] const case_size& best_size() const noexcept { return best_size_; }
  [[nodiscard]] std::size_t tries() const noexcept { return tries_; }

  /// The budget is used up, or somebody wants an end.
  [[nodiscard]] bool stopped() const;

  /// True if the candidate is the best now.
  bool attempt(document_node candidate);

  /// The same text with other choices.
  bool attempt(decision_list candidate);

  /// Takes the document as it is written anew, whether or not that is smaller: what all further
  /// candidates are made from.
  bool rewrite(document_node candidate);

private:
  /// False if it was tried before.
  bool fresh(const std::string& text, const decision_list* decisions);
  [[nodiscard]] bool loads(const std::string& text) const;
  bool ask(shrink_case candidate, document_node document);

  /// Gives nodes that passes made a number of their own.
  void number(document_node& node);

  document_node best_;
  node_id last_id_ = 0;
  shrink_case best_case_;
  case_size best_size_;
  const shrink_oracle& oracle_;
  const shrink_options& options_;
  /// A text that names policy files loads only in their folder, which nobody told us.
  bool filters_ = false;
  std::set<std::uint64_t> tried_;
  std::size_t tries_ = 0;
  /// Bytes of all candidates, tried or not: bounds the time between tries.
  std::size_t written_ = 0;
};

/// Tries to take `chunk` out; true if that is the best now.
using chunk_removal = std::function<bool(const std::vector<node_id>& chunk)>;

/// Takes out as many of `parts` as can go, later ones first, in halves of halves. With `all_needed`
/// not all of them can go at once.
void reduce(const search& state, const std::vector<node_id>& parts, bool all_needed,
            const chunk_removal& remove);

/// The same one by one: after it, no single part can go.
void reduce_singly(const search& state, const std::vector<node_id>& parts,
                   const chunk_removal& remove);

} // namespace lapse
