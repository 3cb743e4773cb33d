#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/run/attempts.hpp"
#include "sim/run/coverage_watch.hpp"
#include "sim/run/filtered_counts.hpp"
#include "sim/run/rate_window.hpp"
#include "sim/run/watched_set.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lapse::run {

/// Watches the properties of a plan on the event stream: exact, because states change by events
/// alone. The instant `t` of a window's end means the world as the steps of `t` leave it, before
/// the deadlines of `t` (at which a token still works, R-120); `eventually` and `sometimes` take
/// these deadlines in as well.
class property_monitor final : public lives::event_reader {
public:
  /// All must outlive the monitor. `counts` reads the stream before it.
  property_monitor(const std::vector<plan::property>& properties, const lives::ledger& lives,
                   const handle_table& handles, filtered_counts& counts);

  void on_event(const event& e, const lives::ledger& lives) override;

  /// One more property, from `now` on; it must outlive the monitor.
  void watch(const plan::property& what, instant now);

  /// To be called when a handle has got its meaning, after the events of its request.
  void handle_bound(const bound_handle& handle, instant now);
  /// The handle will get another meaning.
  void handle_freed(const bound_handle& handle, instant now);

  // -- the runner's clock ------------------------------------------------------

  /// The next start or end of a window after `now`: the runner stops there. None if there is none.
  [[nodiscard]] std::optional<instant> next_boundary(instant now) const;
  /// The latest end of a window: a run without `until` goes on to it.
  [[nodiscard]] instant last_window_end() const noexcept { return last_window_end_; }
  /// Deadlines before `now` are through, no step of `now` has been issued.
  void instant_begins(instant now);
  /// All steps of `now` are through, its deadlines are not.
  void instant_settles(instant now);
  /// The deadlines of `now` are through, too, and time is about to pass.
  void instant_ends(instant now);
  /// The run is over, deadlines of `now` included.
  void finish(instant now);

  // -- verdicts ----------------------------------------------------------------

  /// Verdicts since the last call, in the order they fell.
  [[nodiscard]] std::vector<rule_broken> take_broken();

  /// What a window that begins or ends at `at` belongs to, in words; empty: none does.
  [[nodiscard]] std::string words_at(instant at) const;

  /// Places, in the order in which they were given, of those that have not reached what they wait
  /// for: they fail if the run ends now.
  [[nodiscard]] std::vector<std::size_t> open() const;

  /// Those whose verdict is still to come: what they wait for has not happened, or their window has
  /// not begun or has an end that is to come.
  [[nodiscard]] std::vector<const plan::property*> not_judged() const;

private:
  struct change_of;
  enum class phase : std::uint8_t { waiting, open, decided };

  struct watched {
    const plan::property* what = nullptr;
    phase now = phase::waiting;
    instant from{0};
    instant to = never;
    /// One per condition that speaks of states.
    std::vector<watched_set> sets;
    /// One per condition that limits a rate.
    std::vector<rate_window> rates;
    /// One per condition about clients.
    std::vector<coverage_watch> covers;
    bool asks_counts = false;
    bool asks_answers = false;
    bool touched = false;
  };

  watched& add(const plan::property& what);
  [[nodiscard]] static bool universal(const watched& w) noexcept;
  /// Whether all conditions hold (for `never`: with any member of a set), given the answer.
  [[nodiscard]] bool condition(const watched& w, instant now,
                               const request_answered* answered) const;
  void judge(watched& w, instant now, const request_answered* answered);
  void break_property(watched& w, instant now, const request_answered* answered);
  /// Fills in evidence and cause.
  void explain(const watched& w, instant now, const request_answered* answered,
               rule_broken& verdict) const;
  [[nodiscard]] bool states_hold(const watched& w, const watched_set& members, bool any) const;
  /// Decides what `eventually` and `sometimes` have not reached in a window that is over.
  void close_before(instant now);
  /// An attempt counts in the windows that are open.
  void count(const attempt& one);
  void judge_touched(instant now, const request_answered* answered);
  /// Something happened to a client.
  void note_client(const client_name& who, instant now);
  template <class Change>
  void change(Change&& how);

  const lives::ledger* lives_;
  const handle_table* handles_;
  std::vector<watched> watches_;
  filtered_counts* counts_;
  attempt_finder attempts_;
  bool asks_rates_ = false;
  bool asks_clients_ = false;
  std::vector<rule_broken> broken_;
  instant last_window_end_{0};
};

} // namespace lapse::run
