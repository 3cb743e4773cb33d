#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/scenario/expectation.hpp"
#include "sim/scenario/handle_table.hpp"
#include "sim/scenario/plan.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

/// Keys of a scenario under which its properties stand, in the order of `property::kind`.
inline constexpr std::array<std::string_view, 4> property_words{"always", "never", "eventually",
                                                                "sometimes"};

/// The members of one `{ state: [selectors] }` and how many of them are in the state, kept up to
/// date event by event: no event costs more than the tokens and leases it is about.
class watched_set {
public:
  watched_set(const states_hold& what, const ledger& lives);

  // -- membership ------------------------------------------------------------

  /// A handle got its meaning (or failed to).
  void handle_bound(const bound_handle& handle, instant now);
  void token_made(ledger::slot token, instant now);
  void lease_made(ledger::slot lease, instant now);
  /// A token, and with it all below, may have left the descendants of somebody.
  void token_orphaned(ledger::slot token, instant now);

  // -- states ----------------------------------------------------------------

  void changed(ledger::slot where, instant now);
  /// Deadlines that passed without an event of their own yet (seal, late workers).
  void refresh(instant now);

  [[nodiscard]] std::int64_t members() const noexcept { return members_; }
  [[nodiscard]] std::int64_t holding() const noexcept { return holding_; }
  /// Whether each handle named outright (no glob) has been bound.
  [[nodiscard]] bool complete() const noexcept;

  /// In words, a member that is in the state (`in` true) or is not, with what it is.
  [[nodiscard]] std::string example(bool in, instant now, const handle_table& handles) const;

private:
  enum mark : std::uint8_t {
    member = 1,       ///< counted
    in_state = 2,     ///< counted in `holding_`
    named = 4,        ///< member by its handle
    below = 8,        ///< member as somebody's descendant
    anchor = 16,      ///< its descendants are members
    lease_anchor = 32 ///< its leases are members
  };

  [[nodiscard]] std::uint8_t& mark_of(ledger::slot where);
  void settle(std::uint8_t& mark, bool is_member, bool is_in_state);
  void select(const selector& by, const bound_handle& handle, instant now);
  void add_below(ledger::slot token, instant now);
  void count_failed(const selector& by);

  const states_hold* what_;
  const ledger* lives_;
  std::vector<std::uint8_t> marks_; ///< per life
  /// One per selector: handles bound under its name.
  std::vector<std::int64_t> bound_;
  std::int64_t members_ = 0;
  std::int64_t holding_ = 0;
};

/// Watches the properties of a plan on the event stream: exact, because states change by events
/// alone. The instant `t` of a window's end means the world as the steps of `t` leave it, before
/// the deadlines of `t` (at which a token still works, R-120); `eventually` and `sometimes` take
/// these deadlines in as well.
class property_monitor final : public event_reader {
public:
  /// All must outlive the monitor.
  property_monitor(const std::vector<property>& properties, const ledger& lives,
                   const handle_table& handles);

  void on_event(const event& e, const ledger& lives) override;

  /// To be called when a handle has got its meaning, after the events of its request.
  void handle_bound(const bound_handle& handle, instant now);

  // -- the runner's clock ------------------------------------------------------

  /// The next start or end of a window after `now`: the runner stops there. None if there is none.
  [[nodiscard]] std::optional<instant> next_boundary(instant now) const;
  /// The latest end of a window: a run without `until` goes on to it.
  [[nodiscard]] instant last_window_end() const noexcept { return last_window_end_; }
  /// Deadlines before `now` are through, no step of `now` has been issued.
  void instant_begins(instant now);
  /// All steps of `now` are through, its deadlines are not.
  void instant_settles(instant now);
  /// The run is over, deadlines of `now` included.
  void finish(instant now);

  // -- verdicts ----------------------------------------------------------------

  /// Verdicts since the last call, in the order they fell.
  [[nodiscard]] std::vector<rule_broken> take_broken();

private:
  struct change_of;
  enum class phase : std::uint8_t { waiting, open, decided };

  struct watch {
    const property* what = nullptr;
    phase now = phase::waiting;
    instant from{0};
    instant to = never;
    /// One per condition that speaks of states.
    std::vector<watched_set> sets;
    bool asks_counts = false;
    bool asks_answers = false;
    bool touched = false;
  };

  [[nodiscard]] static bool universal(const watch& w) noexcept;
  /// Whether all conditions hold (for `never`: with any member of a set), given the answer.
  [[nodiscard]] bool condition(const watch& w, const answer* reply) const;
  void judge(watch& w, instant now, const answer* reply);
  void break_property(watch& w, instant now, const answer* reply);
  [[nodiscard]] std::string evidence(const watch& w, instant now, const answer* reply) const;
  /// Decides what `eventually` and `sometimes` have not reached in a window that is over.
  void close_before(instant now);
  void judge_touched(instant now, const answer* reply);
  template <class Change>
  void change(Change&& how);

  const ledger* lives_;
  const handle_table* handles_;
  std::vector<watch> watches_;
  std::vector<rule_broken> broken_;
  instant last_window_end_{0};
  instant refreshed_{0};
};

} // namespace lapse
