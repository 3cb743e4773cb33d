#include "sim/serve/failures.hpp"

#include "reports/text/accident.hpp"

namespace lapse::serve {

void failures::on_event(const event& e, const lives::ledger&) {
  if (!first_.empty())
    return;
  if (const auto* failed = std::get_if<expectation_failed>(&e.body))
    first_ = text_report::failure_words(*failed);
  else if (const auto* broken = std::get_if<rule_broken>(&e.body))
    first_ = broken->sentence + ": " + broken->evidence;
}

} // namespace lapse::serve
