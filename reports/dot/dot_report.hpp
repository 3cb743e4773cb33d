#pragma once

#include "reports/tree/estate_view.hpp"

#include <optional>
#include <ostream>

namespace lapse::dot {

struct dot_options {
  /// The instant to look at; none: the end of the run.
  std::optional<instant> at;
  /// Every token and lease, however many there are.
  bool all = false;
};

/// The tree of tokens and leases as a Graphviz digraph: tokens are boxes, leases rounded, each with
/// its state and cause; the dead are grey and dashed. Large trees are cut, with a count of the
/// rest.
class dot_report final : public lives::event_reader {
public:
  explicit dot_report(std::ostream& out, dot_options options = {})
    : out_(out), options_(options), estate_(options.at) {}

  void before_event(const event& e, const lives::ledger& lives) override {
    estate_.before_event(e, lives);
  }
  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void put_tree(const lives::ledger& lives);
  void put_life(std::size_t node, const lives::ledger& lives, lives::ledger::slot which,
                const lives::outlook& ahead);

  std::ostream& out_;
  dot_options options_;
  tree::estate_view estate_;
};

} // namespace lapse::dot
