#pragma once

#include "sim/document/node.hpp"
#include "sim/shrink/measure.hpp"
#include "sim/shrink/shrinker.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace lapse::shrink {

/// A confirmed case.
struct confirmed_case {
  document::document_node document;
  shrink_case what;
  case_size size;
};

/// The best case so far and the budget: every candidate of every pass is tried here. A
/// candidate is tried if it is smaller than the best, loads, and was not tried before; it becomes
/// the best if the oracle confirms it, or did so before.
class candidate_search {
public:
  candidate_search(document::document_node document, const shrink_case& failing,
                   const shrink_oracle& oracle, const shrink_options& options);

  [[nodiscard]] const confirmed_case& here() const noexcept { return best_; }
  [[nodiscard]] const document::document_node& best() const noexcept { return best_.document; }
  [[nodiscard]] const shrink_case& best_case() const noexcept { return best_.what; }
  [[nodiscard]] const case_size& best_size() const noexcept { return best_.size; }
  [[nodiscard]] std::size_t tries() const noexcept { return tries_; }

  /// Goes on from an earlier case as if it were the best.
  void go_to(confirmed_case other) { best_ = std::move(other); }

  /// The budget is used up, or the search was asked to stop.
  [[nodiscard]] bool stopped() const;

  /// True if the candidate is the best now.
  bool attempt(document::document_node candidate);

  /// The same text with other choices.
  bool attempt(engine::decision_list candidate);

  /// Takes the document as written out again, smaller or not: all further candidates are made
  /// from it.
  bool rewrite(document::document_node candidate);

private:
  /// Whether the case fails, by an earlier try or by a new one.
  std::optional<engine::decision_list> ask(const shrink_case& candidate, std::uint64_t name);
  bool take(document::document_node document, std::string text);
  [[nodiscard]] bool loads(const std::string& text) const;

  /// Gives nodes that passes made a number of their own.
  void number(document::document_node& node);

  confirmed_case best_;
  document::node_id last_id_ = 0;
  const shrink_oracle& oracle_;
  const shrink_options& options_;
  /// A text that names policy files loads only in their folder, which is not known here.
  bool filters_ = false;
  /// What was tried: none if it did not fail, else the choices of its run.
  std::map<std::uint64_t, std::optional<engine::decision_list>> tried_;
  std::size_t tries_ = 0;
  std::size_t steps_fewest_ = 0;
  /// Bytes of all candidates, tried or not: bounds the time between tries.
  std::size_t written_ = 0;
};

/// Tries to take `chunk` out; true if that is the best now.
using chunk_removal = std::function<bool(const std::vector<document::node_id>& chunk)>;

/// Takes out as many of `parts` as can go, later ones first, in halves of halves. With `all_needed`
/// not all of them can go at once.
void reduce(const candidate_search& state, const std::vector<document::node_id>& parts,
            bool all_needed, const chunk_removal& remove);

/// The same one by one: after it, no single part can go.
void reduce_singly(const candidate_search& state, const std::vector<document::node_id>& parts,
                   const chunk_removal& remove);

/// As a round of passes does it: one by one if `thorough`, else in halves of halves.
void reduce_in_round(const candidate_search& state, const std::vector<document::node_id>& parts,
                     bool thorough, const chunk_removal& remove);

} // namespace lapse::shrink
