#include "reports/json/event_json.hpp"
#include "sim/cli/forecast_print.hpp"

namespace lapse::cli {

namespace {

using json = nlohmann::ordered_json;

json count_or_null(const std::optional<std::int64_t>& count) {
  return count ? json(*count) : json(nullptr);
}

json row_json(const forecast::forecast_row& row) {
  json result{{"family", row.name.family},
              {"where", row.name.where},
              {"now", row.now},
              {"in_1h", count_or_null(row.in_1h)},
              {"in_1d", count_or_null(row.in_1d)},
              {"in_32d", count_or_null(row.in_32d)},
              {"peak", row.peak}};
  json_report::put_time(result, "peak_at", row.peak_at);
  result["peak_least"] = row.peak_least;
  result["peak_most"] = row.peak_most;
  result["steady"] = row.steady;
  result["by_rate"] = row.by_rate;
  result["simulated"] = row.simulated;
  result["new_in_10h"] = row.new_in_10h;
  json_report::put_time(result, "life", row.life);
  result["share_permille"] = row.permille;
  result["differs"] = row.differs;
  result["levels"] = row.levels;
  return result;
}

} // namespace

nlohmann::ordered_json forecast_json(const forecast::forecast_result& what) {
  json result{{"schema_version", 1}, {"source", what.source}, {"scenario", what.scenario}};
  json_report::put_time(result, "settled", what.settled);
  json_report::put_time(result, "end", what.end);
  json_report::put_time(result, "steady_from", what.steady_from);
  result["seeds"] = what.seeds;
  result["requests"] = what.requests;
  result["limit"] = what.limit;
  json_report::put_time(result, "passed", what.passed);
  result["advice"] = nullptr;
  if (what.advice) {
    json advice{{"key", what.advice->key}, {"on", what.advice->on}};
    json_report::put_time(advice, "ttl", what.advice->ttl);
    // Advice that no run has shown to keep the limit is not given.
    advice["verified"] = true;
    result["advice"] = std::move(advice);
  }
  result["sources"] = json::array();
  for (const auto& row : what.rows)
    result["sources"].push_back(row_json(row));
  result["total"] = row_json(what.total);
  const auto& r = what.renewals;
  result["renewals"] = {{"mean_tenths", r.mean_tenths},
                        {"worst", r.worst},
                        {"worst_minute", r.worst_minute},
                        {"worst_later", r.worst_later}};
  result["outages"] = json::array();
  for (const auto& one : what.outages) {
    json outage;
    json_report::put_time(outage, "length", one.length);
    outage["clients"] = one.clients;
    outage["renewing"] = one.renewing;
    outage["abandoned"] = one.abandoned;
    outage["without"] = one.without;
    outage["ended_after"] = one.ended_after;
    result["outages"].push_back(std::move(outage));
  }
  result["notes"] = what.notes;
  return result;
}

} // namespace lapse::cli
