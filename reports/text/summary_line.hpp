#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/text/accident.hpp"

#include <cstdint>
#include <ostream>
#include <string>

namespace lapse::text_report {

/// One line per run, for runs over many files: `PASS scenarios/x.yaml  3 died, 12 expectations`. A
/// failing run says how much failed, and where first.
class summary_line final : public lives::event_reader {
public:
  explicit summary_line(std::ostream& out, bool colour = false) : out_(out), colour_(colour) {}

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void end(const run_ended& run, const lives::ledger& lives);

  std::ostream& out_;
  bool colour_;
  std::string source_;
  std::string first_failure_;
  accidents accidents_;
  std::uint64_t broken_ = 0;
  std::uint64_t failed_ = 0;
};

} // namespace lapse::text_report
