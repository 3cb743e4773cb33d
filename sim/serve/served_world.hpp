#pragma once

#include "sim/run/live_run.hpp"
#include "sim/serve/journal.hpp"
#include "sim/serve/session_scenario.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapse::serve {

/// A world made from a scenario, whose time somebody moves and whom clients ask. It is made, used
/// and destroyed on one thread.
class served_world {
public:
  struct options {
    std::optional<std::int64_t> start_unix_s;
    /// Where its clock stops for good.
    instant until = never;
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

  /// Gets the answer, and the number of the request in the world.
  using answer_reader = std::function<void(answer, std::uint64_t)>;

  void ask(const http_request& what, std::string_view target, answer_reader take);
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
  /// Whether no expectation, rule or property has failed.
  [[nodiscard]] bool held_so_far() { return run_.outcome().held(); }

  /// Does all that has happened so far again, for other readers of events.
  /// @param whole to the very end of this instant, with verdicts
  /// @return whether all held
  bool repeat(const std::vector<lives::event_reader*>& readers, bool whole) const;

private:
  served_world(const session_scenario& from, plan::plan what, const options& how);

  const session_scenario& from_;
  const plan::plan plan_;
  const instant until_;
  std::unique_ptr<serve::journal> journal_ = std::make_unique<serve::journal>();
  /// Those from outside, which the run goes back to.
  std::deque<plan::step> steps_;
  std::deque<plan::property> properties_;
  std::deque<run::bound_handle> names_;
  run::live_run run_;
};

} // namespace lapse::serve
