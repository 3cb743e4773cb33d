#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/text/accident.hpp"
#include "reports/text/event_lines.hpp"
#include "reports/text/failure_cards.hpp"
#include "reports/text/likeness.hpp"
#include "reports/text/options.hpp"

#include <cstdint>
#include <ostream>

namespace lapse::text_report {

/// The report for people. Top to bottom: what was run; one line per event, written as they come;
/// the table of every token and lease; what died, when, and why; what clients did; refusals and
/// warnings nobody expected; rules, properties and expectations that did not hold, by cause, each
/// with its place, and the command that shows it again; counts and the verdict. Lines have at most
/// `page_width` columns, but for words that are longer.
///
/// `out` is not owned; whoever gave it looks whether all was written.
class text_report final : public lives::event_reader {
public:
  explicit text_report(std::ostream& out, text_options options = {});
  text_report(const text_report&) = delete;
  text_report& operator=(const text_report&) = delete;

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void start(const run_started& run);
  void note(const event& e);
  void end(const run_ended& run, const lives::ledger& lives);
  void print_list(std::string_view title, const row_list& rows);
  void print_clients(const lives::ledger& lives);
  void print_failures();
  void print_card(const failure_card& card);
  void print_counts(const run_ended& run, const lives::ledger& lives);
  [[nodiscard]] std::string bad(std::string_view text) const;
  [[nodiscard]] std::string good(std::string_view text) const;

  std::ostream& out_;
  text_options options_;
  event_lines lines_;
  std::string source_;
  std::int64_t start_unix_s_ = 0;
  accidents accidents_;
  row_list refusals_;
  std::uint64_t refusal_ = 0; ///< number of the first of them; 0: none has one
  row_list warnings_;
  failure_cards failures_;
};

} // namespace lapse::text_report
