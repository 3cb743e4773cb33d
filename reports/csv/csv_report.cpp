#include "reports/csv/csv_report.hpp"

#include "actors/ttl/duration.hpp"

#include <array>
#include <string_view>

namespace lapse {

namespace {

struct column {
  std::string_view name;
  std::uint64_t run_counts::*value;
};

constexpr std::array columns = {
    column{"tokens_created", &run_counts::tokens_created},
    column{"tokens_live", &run_counts::tokens_live},
    column{"leases_created", &run_counts::leases_created},
    column{"leases_live", &run_counts::leases_live},
    column{"renewals", &run_counts::renewals},
    column{"irrevocable", &run_counts::irrevocable},
    column{"backend_revocations", &run_counts::backend_attempts},
    column{"backend_revocations_failed", &run_counts::backend_failures},
    column{"requests", &run_counts::requests},
    column{"requests_refused", &run_counts::refused},
};

} // namespace

csv_report::csv_report(std::ostream& out)
  : out_(out), counts_([this](instant at, const run_counts& now) { put_row(at, now); }) {
  // nop
}

void csv_report::on_event(const event& e) {
  if (std::holds_alternative<run_started>(e.body)) {
    out_ << "time_ns,time";
    for (const auto& one : columns)
      out_ << ',' << one.name;
    out_ << "\r\n";
  }
  counts_.on_event(e);
}

void csv_report::put_row(instant at, const run_counts& counts) {
  out_ << at.count() << ',' << format_duration(at);
  for (const auto& one : columns)
    out_ << ',' << counts.*one.value;
  out_ << "\r\n";
}

} // namespace lapse
