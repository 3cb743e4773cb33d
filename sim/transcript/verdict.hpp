#pragma once

#include "actors/protocol/event.hpp"
#include "sim/transcript/compiled_transcript.hpp"
#include "sim/transcript/transcript.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace lapse::transcript {

/// The result of replaying one transcript file.
struct file_verdict {
  std::string file;
  /// Of the transcript; empty if it could not be read.
  std::string name;
  /// Not empty: the file was not replayed.
  std::vector<transcript_error> errors;
  replay_result result;
  /// Built-in lifecycle rules that the replay broke.
  std::vector<rule_broken> broken;

  [[nodiscard]] bool passed() const noexcept {
    return errors.empty() && broken.empty() && result.passed();
  }
};

struct verdict_totals {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t answers = 0;
};
[[nodiscard]] verdict_totals totals_of(const std::vector<file_verdict>& verdicts);

/// One line for the file, a diff for each difference and a line for each broken rule; `coloured`
/// with ANSI escapes.
void print_verdict(std::ostream& out, const file_verdict& verdict, bool coloured);

/// `N passed, M failed, K answers compared`.
void print_totals(std::ostream& out, const verdict_totals& totals);

/// One JSON object: `files` (each with `file`, `name`, `passed`, `answers`, `differing`,
/// `differences`, `rules_broken`, `errors`), `passed`, `failed`, `answers`.
void write_verdicts_json(std::ostream& out, const std::vector<file_verdict>& verdicts);

/// JUnit XML: one test case per file.
void write_verdicts_junit(std::ostream& out, const std::vector<file_verdict>& verdicts);

} // namespace lapse::transcript
