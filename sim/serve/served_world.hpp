#pragma once

#include "sim/run/live_run.hpp"
#include "sim/serve/journal.hpp"
#include "sim/serve/session_scenario.hpp"

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

  /// The errors are lines for people. Steps at time 0 are done already.
  [[nodiscard]] static tl::expected<std::unique_ptr<served_world>, std::vector<std::string>>
  make(const session_scenario& from, const options& how);

  // -- time ------------------------------------------------------------------------

  [[nodiscard]] instant now() { return run_.world().now(); }
  [[nodiscard]] std::int64_t start_unix_s() const noexcept { return plan_.server.start_unix_s; }
  /// When something happens next without anybody asking; `never`: nothing will.
  [[nodiscard]] instant next_turn();
  /// Goes through every deadline and step in order; the deadlines of `to` itself stay undone.
  /// `go_on` is asked after each instant; false stops there.
  void advance(instant to, const std::function<bool()>& go_on = {});
  [[nodiscard]] instant until() const noexcept { return until_; }

  // -- requests --------------------------------------------------------------------

  /// `take` gets the answer, and the number of the request in the world.
  void ask(const http_request& what, std::string_view target,
           std::function<void(answer, std::uint64_t)> take);
  /// Whether nobody has asked it anything and its time has not moved.
  [[nodiscard]] bool untouched();

  // -- looking ---------------------------------------------------------------------

  [[nodiscard]] run::live_run& run() noexcept { return run_; }
  [[nodiscard]] const plan::plan& plan() const noexcept { return plan_; }
  [[nodiscard]] serve::journal& journal() noexcept { return *journal_; }
  [[nodiscard]] std::string root_token();

  /// Ends the run. Returns whether all held.
  [[nodiscard]] bool end();

private:
  served_world(plan::plan what, const options& how);

  const plan::plan plan_;
  const instant until_;
  std::unique_ptr<serve::journal> journal_ = std::make_unique<serve::journal>();
  run::live_run run_;
};

} // namespace lapse::serve
