#include "sim/run/failed_request.hpp"

#include "actors/lives/find_by_text.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/end_words.hpp"
#include "reports/cause/refusal_words.hpp"

#include <fmt/format.h>

namespace lapse::run {

std::string refusal_clause(const failed_request& what, const lives::ledger& lives) {
  if (!what.cause)
    return cause::error_words(lives, what.refused, what.by, what.sent.get());
  return (what.unmade.empty() ? "its token" : cause::quoted(what.unmade)) +
         " was never made: " + failure_words(*what.cause, lives);
}

std::string failure_words(const failed_request& what, const lives::ledger& lives) {
  // Only the first cause counts; those between would hide it.
  const auto* first = &what;
  while (first->cause)
    first = first->cause.get();
  auto result = fmt::format("line {} ({}) ", first->line, first->words);
  if (first->status < 400)
    return result + "gave no such thing";
  result += fmt::format("was refused with {}", first->status);
  if (auto error = cause::readable_error(first->error); !error.empty())
    result += ' ' + error;
  if (auto why = refusal_clause(*first, lives); !why.empty())
    result += ": " + why;
  return result;
}

std::string first_cause(const failed_request& what, const lives::ledger& lives) {
  if (what.cause)
    return failure_words(what, lives);
  if (!what.refused) {
    const auto* about = what.sent ? cause::ended_subject(lives, what.by, *what.sent) : nullptr;
    return about != nullptr ? cause::first_cause(lives, *about) : std::string{};
  }
  const auto kind = what.refused->reason().kind;
  const auto* life = kind == refusal_kind::no_life || kind == refusal_kind::used_up
                         ? lives::find_token(lives, what.by)
                         : nullptr;
  return life != nullptr ? cause::first_cause(lives, *life) : std::string{};
}

std::string answer_words(const answer& reply, const failed_request& what,
                         const lives::ledger& lives) {
  std::string result;
  if (!reply.ok())
    result = refusal_clause(what, lives);
  for (const auto& warning : reply.warnings)
    result += (result.empty() ? "the server warns: " : "; the server warns: ") + warning;
  return result;
}

} // namespace lapse::run
