#pragma once

#include "actors/lives/live_counts.hpp"

#include <ostream>

namespace lapse::csv {

/// Counts over time for spreadsheets and plots: RFC 4180, a header and one row for each instant at
/// which a count changed, written as time passes. Cells are numbers and durations only: there is
/// nothing in them that a spreadsheet could take for a formula.
class csv_report final : public lives::event_reader {
public:
  explicit csv_report(std::ostream& out);
  csv_report(const csv_report&) = delete;
  csv_report& operator=(const csv_report&) = delete;

  void before_event(const event& e, const lives::ledger& lives) override;
  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void put_row(instant at, const lives::run_counts& counts);

  std::ostream& out_;
  lives::live_counts counts_;
};

} // namespace lapse::csv
