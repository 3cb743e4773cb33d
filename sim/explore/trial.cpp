#include "sim/explore/trial.hpp"

#include <fmt/format.h>

namespace lapse::explore {

namespace {

/// Collects the verdicts of a run.
class verdicts final : public lives::event_reader {
public:
  explicit verdicts(trial& out) : out_(out) {}

  void on_event(const event& e, const lives::ledger&) override {
    if (const auto* broken = std::get_if<rule_broken>(&e.body)) {
      if (broken->id == "sometimes")
        out_.unreached.push_back(broken->line);
      else
        out_.failures.push_back(
            {broken->id, broken->sentence, broken->evidence, broken->line, e.at});
    } else if (const auto* missed = std::get_if<expectation_failed>(&e.body)) {
      out_.failures.push_back({"expect", fmt::format("{}: {}", missed->subject, missed->expected),
                               fmt::format("{} is {}{}{}", missed->subject, missed->seen,
                                           missed->why.empty() ? "" : ": ", missed->why),
                               missed->line, e.at});
    }
  }

private:
  trial& out_;
};

} // namespace

trial run_trial(const plan::plan& what, run::run_options options) {
  trial result;
  verdicts judge(result);
  options.readers.push_back(&judge);
  result.outcome = run::run_plan(what, options);
  for (const auto& error : result.outcome.setup_errors)
    result.failures.push_back({"error", error.text, error.text, error.where.line, instant{0}});
  return result;
}

} // namespace lapse::explore
