#include "reports/csv/csv_report.hpp"

#include "actors/ttl/duration.hpp"

#include <array>
#include <string_view>

namespace lapse::csv {

namespace {

struct column {
  std::string_view name;
  std::uint64_t (*value)(const lives::run_counts&);
};

constexpr std::array columns = {
    column{"tokens_created", [](const lives::run_counts& c) { return c.totals.tokens_created; }},
    column{"tokens_live", [](const lives::run_counts& c) { return c.tokens_live; }},
    column{"leases",
           [](const lives::run_counts& c) { return static_cast<std::uint64_t>(c.leases); }},
    column{"secret_leases",
           [](const lives::run_counts& c) { return static_cast<std::uint64_t>(c.secret_leases); }},
    column{"secret_leases_created",
           [](const lives::run_counts& c) { return c.totals.leases_created; }},
    column{"secret_leases_live", [](const lives::run_counts& c) { return c.leases_live; }},
    column{"renewals", [](const lives::run_counts& c) { return c.totals.renewals(); }},
    column{"irrevocable", [](const lives::run_counts& c) { return c.totals.given_up; }},
    column{"backend_revocations",
           [](const lives::run_counts& c) { return c.totals.backend_attempts; }},
    column{"backend_revocations_failed",
           [](const lives::run_counts& c) { return c.totals.backend_failures; }},
    column{"requests", [](const lives::run_counts& c) { return c.totals.requests; }},
    column{"requests_refused", [](const lives::run_counts& c) { return c.totals.refused; }},
};

} // namespace

csv_report::csv_report(std::ostream& out)
  : out_(out), counts_([this](instant at, const lives::run_counts& now) { put_row(at, now); }) {
  // nop
}

void csv_report::before_event(const event& e, const lives::ledger& lives) {
  counts_.before_event(e, lives);
}

void csv_report::on_event(const event& e, const lives::ledger& lives) {
  if (std::holds_alternative<run_started>(e.body)) {
    out_ << "time_ns,time";
    for (const auto& one : columns)
      out_ << ',' << one.name;
    out_ << "\r\n";
  }
  counts_.on_event(e, lives);
}

void csv_report::put_row(instant at, const lives::run_counts& counts) {
  out_ << at.count() << ',' << ttl::readable_duration(at);
  for (const auto& one : columns)
    out_ << ',' << one.value(counts);
  out_ << "\r\n";
}

} // namespace lapse::csv
