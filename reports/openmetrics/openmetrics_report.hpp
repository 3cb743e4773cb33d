#pragma once

#include "actors/lives/event_reader.hpp"

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <utility>

namespace lapse::openmetrics {

/// The run's final counts as OpenMetrics text, for whoever compares runs in the tools that watch
/// the real server: what was issued and ended by kind and cause, how long it lived, requests by
/// operation and status, revocations at backends, and the verdict. All written at the end of the
/// run. Kinds of which there were none are left out.
class openmetrics_report final : public lives::event_reader {
public:
  explicit openmetrics_report(std::ostream& out) : out_(out) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void end(const run_ended& run, const lives::ledger& lives);
  void put_lives(const lives::ledger& lives);
  void put_lived(const lives::ledger& lives);
  void put_requests(const lives::run_totals& totals);
  void put_clients(const lives::ledger& lives);
  void put_sources(const lives::ledger& lives);
  void put_verdict(const run_ended& run, const lives::ledger& lives);
  void put_family(std::string_view name, std::string_view type, std::string_view help,
                  std::string_view unit = {});

  std::ostream& out_;
  std::string name_;
  std::string source_;
  std::uint64_t seed_ = 0;
  std::map<std::pair<operation, int>, std::uint64_t> requests_;
};

} // namespace lapse::openmetrics
