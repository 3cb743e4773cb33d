#pragma once

#include "actors/lives/deaths.hpp"
#include "actors/lives/event_reader.hpp"
#include "reports/text/accident.hpp"
#include "reports/text/failure_cards.hpp"
#include "reports/text/refusal_list.hpp"

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace lapse::markdown {

struct markdown_options {
  /// The command that reproduces the run; empty: not printed.
  std::string replay_command;
  /// One of several runs on a page: what passed is one line, and no table follows a failure.
  bool brief = false;
};

/// A comment on a pull request takes no more than 65,536 characters.
inline constexpr std::size_t markdown_bytes_max = 65'000;

/// The report for a comment on a pull request, in GitHub's Markdown: the verdict, what failed with
/// its evidence, the command that shows it again, and a table of what died, when and why. Always
/// under `markdown_bytes_max`; what does not fit is counted, and many deaths that are alike are one
/// row. All that comes from the scenario stands in code, where it cannot mention, link or break
/// anything.
class markdown_report final : public lives::event_reader {
public:
  explicit markdown_report(std::ostream& out, markdown_options options = {})
    : out_(out), options_(std::move(options)), failures_(failures_alike_max) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void end(const run_ended& run, const lives::ledger& lives);
  void put_failures(std::string& page) const;
  void put_refusals(std::string& page, const lives::ledger& lives, bool expected) const;
  static void put_clients(std::string& page, const lives::ledger& lives);
  void put_deaths(std::string& page, const lives::ledger& lives,
                  const std::vector<lives::death>& died) const;

  static constexpr std::size_t failures_alike_max = 10;

  std::ostream& out_;
  markdown_options options_;
  std::string name_;
  std::string source_;
  std::int64_t start_unix_s_ = 0;
  text_report::failure_cards failures_;
  text_report::accidents accidents_;
  text_report::refusal_list refusals_;
};

} // namespace lapse::markdown
