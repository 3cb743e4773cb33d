#pragma once

#include "sim/run/live_run.hpp"
#include "sim/serve/failures.hpp"
#include "sim/serve/journal.hpp"
#include "sim/serve/session_scenario.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapse::serve {

/// A served world's clock goes no further: no transcript has later times.
inline constexpr duration served_time_max = std::chrono::hours{24 * 36525};

/// A world made from a scenario, whose time somebody moves and whom clients ask. It is made, used
/// and destroyed on one thread.
class served_world {
public:
  struct options {
    std::optional<std::int64_t> start_unix_s;
    /// Where its clock stops for good, at most `served_time_max`.
    instant until = never;
    /// Verdicts on the worlds before it: they count with it.
    std::vector<rule_broken> earlier = {};
    /// Get the whole stream. Not owned.
    std::vector<lives::event_reader*> readers = {};
  };

  /// The errors are lines for people. Steps at time 0 are done already. `from` must outlive it.
  [[nodiscard]] static tl::expected<std::unique_ptr<served_world>, std::vector<std::string>>
  make(const session_scenario& from, const options& how);

  // -- time ------------------------------------------------------------------------

  [[nodiscard]] instant now() const { return run_.world().now(); }
  [[nodiscard]] std::int64_t start_unix_s() const noexcept { return plan_.server.start_unix_s; }
  /// When something happens next without anybody asking; `never`: nothing will.
  [[nodiscard]] instant next_turn();
  /// Goes through every deadline and step in order; the deadlines of `to` itself stay undone.
  /// `go_on` is asked after each instant; false stops there.
  void advance(instant to, const std::function<bool()>& go_on = {});
  [[nodiscard]] instant until() const noexcept { return until_; }

  // -- requests --------------------------------------------------------------------

  /// A request's own places: in the journal, and its number in the world.
  struct asked {
    std::optional<journal::place> place = {};
    std::uint64_t number = 0;
  };
  /// Gets the answer.
  using answer_reader = std::function<void(answer, asked)>;

  /// @param begun its place among all requests by their beginnings
  void ask(const http_request& what, std::string_view target, std::uint64_t begun,
           answer_reader take);
  /// A step of the scenario language from outside, compiled, and as text.
  void do_step(plan::step what, std::string_view text);
  /// A property of the scenario language from outside, compiled, and as text.
  void watch(plan::property what, std::string_view text);
  /// Gives a name to a token or lease of it; false if the name is taken.
  [[nodiscard]] bool name(const run::bound_handle& what);
  /// Whether nobody has asked it anything and its time has not moved.
  [[nodiscard]] bool untouched();

  // -- looking ---------------------------------------------------------------------

  [[nodiscard]] run::live_run& run() noexcept { return run_; }
  [[nodiscard]] const plan::plan& plan() const noexcept { return plan_; }
  [[nodiscard]] serve::journal& journal() noexcept { return *journal_; }
  [[nodiscard]] std::string root_token();
  /// The session as a scenario file (`session_scenario::write`).
  [[nodiscard]] std::string scenario() const;

  /// Ends it: nothing may be asked of it any more. Whether all held.
  [[nodiscard]] bool end();
  /// The first thing that failed in it, as a clause; empty: nothing has.
  [[nodiscard]] const std::string& first_failure() const { return failures_.first(); }
  /// What failed in it, to count with the world that takes its place; none: nothing did.
  [[nodiscard]] std::optional<rule_broken> failed_so_far();

  /// Does all that has happened so far again, for other readers of events.
  /// @param whole to the very end of this instant, with verdicts
  /// @return whether all held
  bool repeat(const std::vector<lives::event_reader*>& readers, bool whole) const;

private:
  served_world(const session_scenario& from, plan::plan what, const options& how);

  [[nodiscard]] session_extent extent() const;

  const session_scenario& from_;
  const plan::plan plan_;
  const instant until_;
  const std::vector<rule_broken> earlier_;
  failures failures_;
  std::unique_ptr<serve::journal> journal_ = std::make_unique<serve::journal>();
  /// Those from outside, which the run goes back to.
  std::deque<plan::step> steps_;
  std::deque<plan::property> properties_;
  std::deque<run::bound_handle> names_;
  run::live_run run_;
};

} // namespace lapse::serve
