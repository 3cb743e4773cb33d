#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/junit/junit_document.hpp"
#include "reports/text/accident.hpp"
#include "reports/text/refusal_list.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace lapse::junit {

/// One `testsuite` element per run, for CI servers: a test case for each expectation, rule or
/// property that did not hold; of a run in which all held one with the scenario's name. Beyond
/// `junit_failures_max` failures are counted only.
class junit_report final : public lives::event_reader {
public:
  /// @param replay_command printed with failures; empty: not printed.
  explicit junit_report(std::ostream& out, std::string replay_command = {})
    : out_(out), replay_command_(std::move(replay_command)) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  /// Of one thing that did not hold.
  void add(junit_case what);
  /// One more handle of which the expectation added last speaks.
  void add_again(const expectation_failed& what);
  void end(const event& e, const run_ended& run);
  /// What is worth knowing though it failed nothing.
  [[nodiscard]] std::string output(const run_ended& run) const;

  std::ostream& out_;
  std::string replay_command_;
  std::string name_;
  std::string source_;
  std::uint64_t seed_ = 0;
  std::vector<junit_case> failures_;
  std::uint64_t failed_ = 0;
  text_report::accidents accidents_;
  text_report::refusal_list refusals_;
  std::int64_t start_unix_s_ = 0;
};

inline constexpr std::size_t junit_failures_max = 500;

/// The `testsuite` of a scenario that could not be run: one test case with an error.
void write_junit_refusal(std::ostream& out, const std::string& file,
                         const std::vector<std::string>& errors);

} // namespace lapse::junit
