#pragma once

#include "actors/lives/event_reader.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <string_view>

namespace lapse::trace {

/// The run as Chrome trace events, as Perfetto and chrome://tracing open them
/// (`reports/schemas/trace-1.schema.json`).
///
/// One track (`tid`) per token in the process `tokens` and per lease in the process `leases`, in
/// order of creation; the process `server` has the run's own marks. A life is one complete event
/// (`X`); renewals, revocations tried and the like are instants, written as they come; lives, names
/// and the arrows (`s`, `f`) from whatever ended to what it took along follow at the end of the
/// run, when they are known.
///
/// `ts` and `dur` are whole microseconds, rounded down; `args` hold the exact nanoseconds. Arrows
/// leave and arrive one microsecond before the end, since viewers bind them to what still runs.
class trace_report final : public lives::event_reader {
public:
  explicit trace_report(std::ostream& out) : out_(out) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  using json = nlohmann::ordered_json;

  void start(const run_started& run);
  void end(const run_ended& run, const lives::ledger& lives);
  void put(const json& one);
  void put_process(int process, std::string_view name);
  void put_life(const lives::ledger& lives, lives::ledger::slot which, const lives::outlook& ahead);
  void put_arrow(const lives::ledger& lives, lives::ledger::slot which);
  void put_instant(const event& e, const lives::ledger& lives);
  /// An instant on the track of `life`; on that of the server for null.
  void mark(instant at, const lives::ledger& lives, const lives::life_record* life,
            std::string_view name, json args = json::object());

  std::ostream& out_;
  bool first_ = true;
};

} // namespace lapse::trace
