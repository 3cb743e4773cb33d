#include "reports/text/accident.hpp"

#include "reports/cause/refusal_words.hpp"
#include "reports/text/likeness.hpp"

namespace lapse::text_report {

std::string failure_words(const expectation_failed& what) {
  auto result = what.subject + ": expected " + what.expected + ", saw " + what.seen;
  return what.why.empty() ? result : result + ": " + what.why;
}

std::string refusal_line(const unexpected_refusal& what) {
  return std::to_string(what.status) + ' ' + what.what + " (line " + std::to_string(what.line) +
         "): " + (what.why.empty() ? cause::readable_error(what.error) : what.why);
}

std::string accident_words(const run_ended& run, const std::string& first_refusal) {
  std::string result;
  if (run.unspoken > 0)
    result = plural(run.unspoken, "request") + " refused, first: " + first_refusal;
  if (run.expected_nothing())
    result += std::string{result.empty() ? "" : "; "} + "nothing was expected of this run";
  return result;
}

} // namespace lapse::text_report
