#pragma once

#include "actors/lives/event_reader.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

/// One `testsuite` element per run, for CI servers: a test case for the scenario as a whole, which
/// bears the verdict under a name that stays the same, and one for each expectation, rule or
/// property that did not hold. Between `junit_head` and `junit_foot` any number of them are a
/// document.
///
/// Characters that XML cannot hold are made visible (`\x1b`). Times are 0: virtual time is not how
/// long a test took. Beyond `junit_failures_max` failures are counted only.
class junit_report final : public event_reader {
public:
  /// @param replay_command printed with failures; empty: not printed.
  explicit junit_report(std::ostream& out, std::string replay_command = {})
    : out_(out), replay_command_(std::move(replay_command)) {}

  void on_event(const event& e, const ledger& lives) override;

private:
  /// One thing that did not hold.
  struct failure {
    std::string name;    ///< of the test case
    std::string kind;    ///< `expectation` or `rule`
    std::string message; ///< one line
    std::string text;    ///< all there is to know
    int line = 0;        ///< in the scenario; 0: none
  };

  void add(failure what);
  void end(const event& e, const run_ended& run);

  std::ostream& out_;
  std::string replay_command_;
  std::string name_;
  std::string source_;
  std::uint64_t seed_ = 0;
  std::vector<failure> failures_;
  std::uint64_t failed_ = 0;
};

inline constexpr std::size_t junit_failures_max = 500;

inline constexpr std::string_view junit_head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                               "<testsuites name=\"lapse\">\n";
inline constexpr std::string_view junit_foot = "</testsuites>\n";

/// The `testsuite` of a scenario that could not be run: one test case with an error.
void write_junit_refusal(std::ostream& out, const std::string& file,
                         const std::vector<std::string>& errors);

} // namespace lapse
