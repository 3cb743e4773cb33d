#include "sim/solve/solve.hpp"

#include "reports/cause/described.hpp"
#include "sim/language/loader.hpp"
#include "sim/run/runner.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace lapse::solve {

namespace {

/// Keeps the first verdict of a run.
class first_verdict final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger&) override {
    if (seen)
      return;
    if (const auto* broken = std::get_if<rule_broken>(&e.body))
      seen = breakage{cause::described(broken->id, broken->sentence), broken->evidence,
                      broken->cause, broken->line, e.at};
    else if (const auto* missed = std::get_if<expectation_failed>(&e.body))
      seen = breakage{fmt::format("expect {}: {}", missed->subject, missed->expected),
                      fmt::format("{} is {}", missed->subject, missed->seen),
                      missed->cause.empty() ? missed->why : missed->cause, missed->line, e.at};
  }

  std::optional<breakage> seen;
};

/// Tries values, each once, and remembers what they came to.
class trials {
public:
  trials(const std::string& text, const std::string& file, const language::load_options& loading,
         const solve_question& question)
    : text_(text), file_(file), loading_(loading), question_(question) {}

  struct result {
    std::optional<breakage> broken;
    /// Why the scenario is refused; empty: it is not.
    std::vector<document::load_error> errors;
  };

  [[nodiscard]] const result& with(std::int64_t value) {
    const auto found = tried_.find(value);
    if (found != tried_.end())
      return found->second;
    if (question_.progress)
      question_.progress(tried_.size());
    return tried_.emplace(value, attempt(value)).first->second;
  }

  [[nodiscard]] broken_value broken(std::int64_t value) { return {value, *with(value).broken}; }

  /// Empty: no value was run.
  [[nodiscard]] const std::string& scenario() const noexcept { return scenario_; }

private:
  [[nodiscard]] result attempt(std::int64_t value) {
    auto options = loading_;
    options.overrides.push_back(question_.vary.assignment(value));
    auto loaded = language::load_scenario(text_, file_, options);
    if (!loaded)
      return refused(std::move(loaded.error()));
    scenario_ = loaded->name;
    first_verdict verdict;
    run::run_options how;
    how.seed = question_.seed;
    how.strict = question_.strict;
    how.readers.push_back(&verdict);
    const auto outcome = run::run_plan(*loaded, how);
    if (!outcome.setup_errors.empty()) {
      std::vector<document::load_error> errors;
      for (const auto& error : outcome.setup_errors)
        errors.push_back({file_, error.where, error.text});
      return refused(std::move(errors));
    }
    // Whatever does not hold is an event.
    return {outcome.held() ? std::nullopt : std::move(verdict.seen), {}};
  }

  [[nodiscard]] static result refused(std::vector<document::load_error> errors) {
    breakage why;
    why.seen = to_string(errors.front());
    return {std::move(why), std::move(errors)};
  }

  const std::string& text_;
  const std::string& file_;
  const language::load_options& loading_;
  const solve_question& question_;
  std::string scenario_;
  std::map<std::int64_t, result> tried_;
};

} // namespace

tl::expected<solution, std::vector<document::load_error>>
solve(const std::string& text, const std::string& file, const language::load_options& loading,
      const solve_question& question) {
  const auto [low, high] = std::pair{question.vary.low, question.vary.high};
  trials all(text, file, loading, question);
  solution result;
  // A key that the scenario cannot have, or a value of the wrong kind, is refused at both ends.
  if (!all.with(low).errors.empty() && !all.with(high).errors.empty())
    return tl::unexpected(all.with(low).errors);
  result.found = find_range(low, high, question.want,
                            [&](std::int64_t value) { return !all.with(value).broken; });
  result.scenario = all.scenario();
  const auto holds = result.found.holds;
  if (!holds || holds->first > low)
    result.below = all.broken(holds ? holds->first - 1 : low);
  if (holds ? holds->last < high : high != low)
    result.above = all.broken(holds ? holds->last + 1 : high);
  return result;
}

} // namespace lapse::solve
