#include "reports/text/accident.hpp"

#include "reports/cause/cause.hpp"
#include "reports/cause/refusal_words.hpp"
#include "reports/text/likeness.hpp"

namespace lapse::text_report {

std::string failure_words(const expectation_failed& what) {
  auto result = what.subject + ": expected " + what.expected + ", saw " + what.seen;
  return what.why.empty() ? result : result + ": " + what.why;
}

void accidents::on_event(const event& e) {
  if (const auto* u = std::get_if<unexpected_refusal>(&e.body)) {
    if (cause::tells_more(*u, refusal_))
      refusal_ = *u;
  } else if (const auto* w = std::get_if<warning_raised>(&e.body)) {
    if (warnings_++ == 0)
      warning_ = w->text;
  }
}

std::string accidents::words(const run_ended& run) const {
  std::string result;
  if (run.unspoken > 0 && refusal_)
    result = plural(run.unspoken, "request") + " refused, first: " + cause::refusal_line(*refusal_);
  if (warnings_ > 0)
    result += std::string{result.empty() ? "" : "; "} + plural(warnings_, "warning") +
              ", first: " + cause::quoted(warning_);
  if (run.expected_nothing())
    result += std::string{result.empty() ? "" : "; "} + "nothing was expected of this run";
  return result;
}

} // namespace lapse::text_report
