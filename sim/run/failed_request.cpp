#include "sim/run/failed_request.hpp"

#include "actors/lives/find_by_text.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/end_words.hpp"
#include "reports/cause/refusal_words.hpp"

#include <fmt/format.h>

namespace lapse::run {

std::string refusal_clause(const failed_request& what, const lives::ledger& lives) {
  if (!what.cause)
    return cause::error_words(lives, what.decided.refused, what.by, what.sent.get());
  return (what.unmade.empty() ? "its token" : cause::quoted(what.unmade)) +
         " was never made: " + failure_words(*what.cause, lives);
}

namespace {

/// Only the first cause counts; those between would hide it.
const failed_request& first_of(const failed_request& what) {
  const auto* first = &what;
  while (first->cause)
    first = first->cause.get();
  return *first;
}

} // namespace

std::string failure_words(const failed_request& what, const lives::ledger& lives) {
  const auto& first = first_of(what);
  auto result = fmt::format("line {} ({}) ", first.line, first.words);
  if (first.status < 400)
    return result + "gave no such thing";
  result += fmt::format("was refused with {}", first.status);
  if (auto error = cause::readable_error(first.status, first.error); !error.empty())
    result += ' ' + error;
  if (auto number = number_words(first); !number.empty())
    result += ' ' + number;
  if (auto why = refusal_clause(first, lives); !why.empty())
    result += ": " + why;
  return result;
}

std::string first_cause(const failed_request& what, const lives::ledger& lives) {
  const auto& first = first_of(what);
  const auto& refused = first.decided.refused;
  const auto* about =
      refused ? nullptr
              : (first.sent ? cause::ended_subject(lives, first.by, *first.sent) : nullptr);
  if (refused) {
    const auto kind = refused->reason().kind;
    if (kind == refusal_kind::no_life || kind == refusal_kind::used_up)
      about = lives::find_token(lives, first.by);
  }
  if (about != nullptr && lives.end_of(*about).at != never)
    return cause::first_cause(lives, *about);
  if (refused && first.sent)
    // Without its line and who asked: others that fail of the same have others.
    return fmt::format("{} {} is refused: {}", to_string(first.sent->op), first.sent->path,
                       refusal_clause(first, lives));
  return failure_words(first, lives);
}

std::string number_words(const failed_request& what) {
  return what.decided.number == 0 ? std::string{}
                                  : fmt::format("(refusal {})", what.decided.number);
}

std::string grant_words(const failed_request& what, const lives::ledger& lives) {
  const auto& caller = what.decided.caller;
  if (!caller || caller->granting_policies.empty())
    return {};
  const auto who = cause::quoted(lives.name(what.by));
  if (!caller->granting_rule)
    return who + " is a root token, which may do everything";
  return fmt::format("`{}` of {} `{}` lets {} in", *caller->granting_rule,
                     caller->granting_policies.size() == 1 ? "policy" : "policies",
                     fmt::join(caller->granting_policies, "`, `"), who);
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
