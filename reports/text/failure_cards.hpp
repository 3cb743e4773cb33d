#pragma once

#include "actors/protocol/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace lapse::text_report {

/// Something that did not hold: an expectation, or a rule or property.
struct failure {
  instant at{0};
  bool is_rule = false;
  std::string source; ///< file; empty: that of the run
  int line = 0;       ///< 0: no line of its own
  int column = 0;
  std::string subject;
  std::string expected; ///< of a rule or property: what must hold
  std::string seen;     ///< of a rule or property: the evidence
  std::string why = {}; ///< as a clause; empty: not known, or the evidence says it
};

/// Failures that come of one cause.
struct failure_card {
  /// The cause of the first; empty: not known.
  std::string cause;
  /// Not all have the very same one, but such that differ in numbers alone.
  bool alike_only = false;
  std::vector<failure> shown;
  std::uint64_t count = 0;   ///< expectations, rules and properties, also those not shown
  std::uint64_t members = 0; ///< the same, counting each handle that an expectation speaks of
  /// Of those not shown, the subjects of the first and the last.
  std::string first_left = {};
  std::string last_left = {};
};

/// What did not hold in a run, by cause, in the order in which each came up first. Keeps a few of
/// each and counts the others, so that memory does not grow with their number.
class failure_cards {
public:
  /// @param shown_max how many of a card are kept
  explicit failure_cards(std::size_t shown_max) : shown_max_(shown_max) {}

  void on_event(const event& e);

  [[nodiscard]] const std::vector<failure_card>& all() const noexcept { return cards_; }
  [[nodiscard]] bool empty() const noexcept { return cards_.empty(); }
  [[nodiscard]] std::uint64_t expectations() const noexcept { return expectations_; }
  [[nodiscard]] std::uint64_t rules() const noexcept { return rules_; }
  /// How many there are that no card counts, for there are too many causes.
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

private:
  void add(failure what, const std::string& cause, bool again);

  std::size_t shown_max_;
  std::vector<failure_card> cards_;
  std::uint64_t expectations_ = 0;
  std::uint64_t rules_ = 0;
  std::uint64_t left_out_ = 0;
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::size_t> index_;
};

/// Of several: "3 failures, one cause", "1 failure of 8 handles, one cause", "3 failures with
/// causes like this" if they only look alike.
[[nodiscard]] std::string card_title(const failure_card& card);

/// Those of a card that are not shown: "1,200 more like this, `pod21` to `pod1220`"; empty: none.
[[nodiscard]] std::string left_words(const failure_card& card);

} // namespace lapse::text_report
