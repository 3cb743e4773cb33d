#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/json/event_json.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <vector>

namespace lapse::json_report {

/// The report for programs: one JSON document as `reports/schemas/report-1.schema.json` describes
/// it, written as events come (a document of a million events is never held in memory).
///
/// `schema_version`, `run`, `events`, `tokens` and `leases` (the facts of the text report's table,
/// with the chain of causes), `failures`, `result`. Each duration or instant stands twice: `X_ns`
/// in whole nanoseconds, `X` as text.
class json_report final : public lives::event_reader {
public:
  explicit json_report(std::ostream& out) : out_(out) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void start(const run_started& run);
  void put_clients(const lives::ledger& lives);
  void end(const run_ended& run, const lives::ledger& lives);
  void put_lives(const char* key, const lives::ledger& lives, bool leases);

  std::ostream& out_;
  bool first_event_ = true;
  std::vector<report_json> failures_;
};

} // namespace lapse::json_report
