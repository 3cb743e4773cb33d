#pragma once

#include "actors/lives/ledger.hpp"
#include "sim/plan/property.hpp"
#include "sim/run/handle_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lapse::run {

/// The members of one `{ state: [selectors] }` and how many of them are in the state, kept up to
/// date event by event: no event costs more than the tokens and leases it is about.
class watched_set {
public:
  watched_set(const plan::states_hold& what, const lives::ledger& lives);

  // -- membership ------------------------------------------------------------

  /// A handle got its meaning (or failed to).
  void handle_bound(const bound_handle& handle, instant now);
  /// The handle will get another meaning.
  void handle_freed(const bound_handle& handle, instant now);
  void token_made(lives::ledger::slot token, instant now);
  void lease_made(lives::ledger::slot lease, instant now);
  /// A token, and with it all below, may have left the descendants of somebody.
  void token_orphaned(lives::ledger::slot token, instant now);

  // -- states ----------------------------------------------------------------

  void changed(lives::ledger::slot where, instant now);
  /// Deadlines that passed without an event of their own yet (seal, late workers).
  void refresh(instant now);

  [[nodiscard]] std::int64_t members() const noexcept { return members_; }
  [[nodiscard]] std::int64_t holding() const noexcept { return holding_; }
  /// Whether each handle named outright (no glob) has been bound.
  [[nodiscard]] bool complete() const noexcept;

  /// A member in words, with what it is, and what that comes from (empty: not known).
  struct shown_member {
    std::string words;
    std::string cause = {};
  };

  /// One that is in the state (`in` true) or is not.
  [[nodiscard]] shown_member example(bool in, instant now, const handle_table& handles) const;

private:
  enum mark : std::uint8_t {
    member = 1,       ///< counted
    in_state = 2,     ///< counted in `holding_`
    named = 4,        ///< member by its handle
    below = 8,        ///< member as somebody's descendant
    anchor = 16,      ///< its descendants are members
    lease_anchor = 32 ///< its leases are members
  };

  [[nodiscard]] std::string described(lives::ledger::slot at, instant now) const;
  [[nodiscard]] std::uint8_t& mark_of(lives::ledger::slot where);
  template <class How>
  void for_matching(const bound_handle& handle, How&& how);
  void settle(std::uint8_t& mark, bool is_member, bool is_in_state);
  void select(const plan::selector& by, const bound_handle& handle, instant now);
  void add_below(lives::ledger::slot token, instant now);
  void count_failed(const plan::selector& by);

  const plan::states_hold* what_;
  const lives::ledger* lives_;
  std::vector<std::uint8_t> marks_; ///< per life
  /// One per selector: handles bound under its name.
  std::vector<std::int64_t> bound_;
  std::int64_t members_ = 0;
  std::int64_t holding_ = 0;
};

} // namespace lapse::run
