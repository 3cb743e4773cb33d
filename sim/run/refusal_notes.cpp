#include "sim/run/refusal_notes.hpp"

#include "reports/cause/amounts.hpp"
#include "reports/cause/refusal_words.hpp"

#include <fmt/format.h>

namespace lapse::run {

told_refusal refusal_notes::told(const failed_request& what, const lives::ledger& lives) {
  return {what.line,          what.words, what.status, what.error, refusal_clause(what, lives),
          what.decided.number};
}

unexpected_refusal refusal_notes::unspoken(const failed_request& what, const lives::ledger& lives) {
  unexpected_refusal result{told(what, lives)};
  ++unspoken_;
  if (cause::tells_more(result, first_))
    first_ = result;
  return result;
}

void refusal_notes::warned(int line, const std::string& text) {
  if (warnings_++ > 0)
    return;
  first_warning_ = line > 0 ? fmt::format("line {}: {}", line, text) : text;
  first_warning_line_ = line;
}

std::vector<rule_broken> refusal_notes::strict_verdicts(bool expects_something) const {
  std::vector<rule_broken> result;
  if (unspoken_ > 0)
    result.push_back({"strict", "an `expect` speaks of every refusal",
                      fmt::format("{} {} refused and no `expect` spoke of it; first: {}",
                                  cause::plural(unspoken_, "request"),
                                  unspoken_ == 1 ? "was" : "were", cause::refusal_line(*first_)),
                      first_->line});
  if (warnings_ > 0)
    result.push_back(
        {"strict", "nothing is warned of",
         fmt::format("{}; first: {}", cause::plural(warnings_, "warning"), first_warning_),
         first_warning_line_});
  if (!expects_something)
    result.push_back({"strict", "a run expects something", "nothing was expected of this run", 0});
  return result;
}

} // namespace lapse::run
