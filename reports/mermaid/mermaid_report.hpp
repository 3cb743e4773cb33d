#pragma once

#include "reports/tree/estate_view.hpp"

#include <optional>
#include <ostream>

namespace lapse::mermaid {

struct mermaid_options {
  /// The instant to look at; none: the end of the run.
  std::optional<instant> at;
};

/// The tree of tokens and leases as a Mermaid flowchart, for a comment or a page that draws it.
/// Always small enough for Mermaid's own bounds (50,000 characters, 500 edges); what is left out is
/// counted.
class mermaid_report final : public lives::event_reader {
public:
  explicit mermaid_report(std::ostream& out, mermaid_options options = {})
    : out_(out), estate_(options.at) {}

  void before_event(const event& e, const lives::ledger& lives) override {
    estate_.before_event(e, lives);
  }
  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void put_tree(const lives::ledger& lives);
  void put_life(std::size_t node, const lives::ledger& lives, lives::ledger::slot which,
                const lives::outlook& ahead);

  std::ostream& out_;
  tree::estate_view estate_;
};

} // namespace lapse::mermaid
