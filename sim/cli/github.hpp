#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/document/load_error.hpp"

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace lapse::cli {

// What a job of GitHub Actions is told beside results: errors that it shows beside lines of files,
// and a page of Markdown.

/// As many errors of one file as GitHub shows.
inline constexpr std::size_t github_errors_max = 10;

/// Whether this runs in such a job (`GITHUB_ACTIONS`).
[[nodiscard]] bool github_job();

/// Whether the job wants a page (`GITHUB_STEP_SUMMARY`).
[[nodiscard]] bool github_summary_wanted();

/// Appends to that page, if one is wanted. False if it could not be written, which is said on
/// standard error.
[[nodiscard]] bool append_github_summary(std::string_view command,
                                         const std::function<void(std::ostream&)>& write);

/// One line `::error file=…,line=…::text`. `line` and `column` 0: not known.
[[nodiscard]] std::string github_error(std::string_view file, document::file_position at,
                                       std::string_view text);

/// Of a run: one line for each expectation, rule or property that did not hold, with its cause; of
/// many the first ten, as many as GitHub shows.
class github_errors final : public lives::event_reader {
public:
  explicit github_errors(std::ostream& out) : out_(out) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void tell(document::file_position at, std::string_view text);

  std::ostream& out_;
  std::string source_;
  std::size_t told_ = 0;
};

} // namespace lapse::cli
