#pragma once

#include "sim/engine/simulation.hpp"
#include "sim/rules/rule_monitor.hpp"
#include "sim/run/binder.hpp"
#include "sim/run/client_faults.hpp"
#include "sim/run/completed_options.hpp"
#include "sim/run/fleet.hpp"
#include "sim/run/mismatch.hpp"
#include "sim/run/property_monitor.hpp"
#include "sim/run/refusal_notes.hpp"
#include "sim/run/runner.hpp"
#include "sim/run/schedule.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapse::run {

/// One run of one plan that somebody else drives: time moves when told to, and requests from
/// outside join those of the plan's steps. `run_plan` drives one to its end by the plan alone.
///
/// Time stands between calls. At one instant the steps of the plan come before requests from
/// outside, and both before the deadlines of that instant.
class live_run {
public:
  /// Both must outlive it, but for the options, which are copied.
  live_run(const plan::plan& what, const run_options& options);
  live_run(const live_run&) = delete;
  live_run& operator=(const live_run&) = delete;

  // -- driving ---------------------------------------------------------------------

  /// Sets up what stands at time 0 and begins the stream of events. False: a request of the set-up
  /// was refused, see `outcome().setup_errors`; nothing else may be called then.
  [[nodiscard]] bool start();

  /// When the plan has something to do next: a step, or a boundary of a property's window. `never`
  /// stands for nothing to come.
  [[nodiscard]] instant next_turn() const;

  /// Does what the plan has to do up to and including `to`, and what is due before `to`; then it is
  /// `to`. An earlier time changes nothing.
  void advance(instant to);

  /// All steps and boundaries up to the end of the plan, or to where the options cut it off; the
  /// instant to end at. None: the options' pause ended the run.
  [[nodiscard]] std::optional<instant> play();

  /// A request from outside, now. `take` gets its answer as `door::ask` gives it. Of a refusal
  /// nobody could speak beforehand: it is told of as one that no `expect` names.
  void ask(const credential& by, request_ptr what, answer_taker take);

  /// A step from outside, now; it must outlive the run.
  void do_step(const plan::step& what);

  /// A property from outside, from now on; it must outlive the run.
  void watch(const plan::property& what);

  /// Gives a name to a token or lease; false if the name is taken.
  bool bind(bound_handle handle);

  /// Which properties have a verdict still to come that may be a failure: places among those of the
  /// plan, then those from outside.
  [[nodiscard]] std::vector<std::size_t> open_properties() const { return monitor_.open(); }

  /// Whether a request has no answer yet.
  [[nodiscard]] bool request_open() const noexcept { return rules_.request_open(); }

  /// What is to be done at `next_turn`, in words: a property whose window begins or ends; empty: it
  /// is a step's turn, or nobody's.
  [[nodiscard]] std::string property_in_turn() const;

  /// Ends the run at `last`, its deadlines included.
  void end(instant last);

  // -- looking ---------------------------------------------------------------------

  [[nodiscard]] engine::simulation& world() noexcept { return world_; }
  [[nodiscard]] const engine::simulation& world() const noexcept { return world_; }
  [[nodiscard]] const handle_table& handles() const noexcept { return handles_; }
  [[nodiscard]] const client_faults& faults() const noexcept { return faults_; }
  [[nodiscard]] run_outcome& outcome() noexcept { return outcome_; }

private:
  /// Who sends the request of a step, and what is looked at once the answer is there.
  struct client {
    const plan::step* what = nullptr;
    /// Null in a `together`, for steps without a request.
    const plan::request_step* request = nullptr;
    /// Of the world; null: nothing.
    const std::vector<plan::world_check>* expect = nullptr;
    round_numbers rounds;
    credential by = {};
    request_ptr issued = {};
    std::optional<answer> reply = {};
    /// Once it is answered.
    judgement decided = {};
    /// Place among all requests of the run, from 1.
    std::uint64_t number = 0;
    /// The answer needs time, and later steps have gone on.
    bool waits = false;
  };
  using client_ptr = std::shared_ptr<client>;

  // -- phases (live_run.cpp) ---------------------------------------------------------

  void set_up();
  [[nodiscard]] instant await_answers(instant last);
  [[nodiscard]] bool paused(instant next);
  void move_to(instant at);
  void instant_over();
  void compare_decisions();
  void list_not_reached();
  void flush();
  void tell(rule_broken broken);
  /// @param line 0: of no line
  void warn(int line, const std::string& text);
  [[nodiscard]] std::string handle_of(const rules::rule_subject& what) const;

  // -- steps (live_run_steps.cpp) ------------------------------------------------------

  void execute(const due_step& due);
  void ask(client who);
  void issue(const client_ptr& c);
  void judge_or_wait(const client_ptr& c);
  void judge(const client& c);
  void answered(const client& c);
  void explain(mismatch& of, const answer& reply, const failed_request& asked) const;
  /// What is known of a request that gave nothing.
  [[nodiscard]] std::shared_ptr<const failed_request> failure_of(const client& c) const;
  /// Who asks, by number where its token was ever made: reports name it, though it has ended.
  [[nodiscard]] credential known(credential by) const;
  /// Tells of the refusal of a request from outside.
  void refused_outside(const credential& by, request_ptr what, const answer& reply,
                       judgement decided);
  void report_unanswered();
  void inject(const plan::fault_step& what, const round_numbers& rounds);
  void issue(const plan::fault_step& what, const round_numbers& rounds);
  void together(const plan::together_step& what, const round_numbers& rounds);
  void gather(const std::vector<plan::step>& steps, round_numbers& rounds,
              std::vector<client_ptr>& out);
  void check(const std::vector<plan::world_check>& expected, const round_numbers& rounds);
  void report_mismatches();

  const plan::plan& plan_;
  const completed_options options_;
  engine::simulation world_;
  handle_table handles_;
  plan::range_draw ranges_;
  binder binder_;
  request_writer texts_;
  refusal_notes refusals_;
  filtered_counts counts_;
  property_monitor monitor_;
  rules::rule_monitor rules_;
  schedule steps_;
  client_faults faults_;
  fleet clients_;
  /// Requests that they kept from the server.
  std::uint64_t unreached_ = 0;
  /// Requests whose answers need time, by number.
  std::map<std::uint64_t, client_ptr> waiting_;
  std::vector<mismatch> mismatches_;
  std::vector<plan::plan_warning> warnings_ = plan_.warnings; ///< and those of the set-up
  run_outcome outcome_;
};

} // namespace lapse::run
