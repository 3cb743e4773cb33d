#include "reports/cause/end_words.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/amounts.hpp"
#include "reports/cause/cause.hpp"

#include <cstdint>

namespace lapse::cause {

std::string end_words(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return life.expire == never ? "never ends"
                                : "is to end at " + ttl::readable_duration(life.expire);
  const auto expired = end.cause == end_cause::deadline;
  auto text = std::string{expired                            ? "expired"
                          : end.cause == end_cause::last_use ? "ended"
                                                             : "was revoked"} +
              " at " + ttl::readable_duration(end.at) + ": ";
  return text + full_reason(lives, life);
}

std::string full_reason(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return {};
  auto text = reason(lives, life);
  const auto* top = end.cause == end_cause::ancestor ? lives.find(end.because) : nullptr;
  // Of other ends the reason of what was taken along says as much.
  if (top != nullptr && lives.end_of(*top).cause == end_cause::deadline)
    text += ": " + full_reason(lives, *top);
  return text;
}

std::string reason_not_gone(const lives::ledger& lives, lives::ledger::slot which) {
  const auto& life = lives.at(which);
  const auto end = lives.end_of(life);
  auto text = full_reason(lives, life);
  if (end.at == never || life.carried_out(end) != never)
    return text;
  const auto after = std::string{aftermath(life, end)};
  const auto* trouble = lives.trouble_of(which);
  if (trouble == nullptr || trouble->failures == 0)
    return text + "; " + after;
  text += "; " + (life.given_up ? after + " after " : "its revocation failed in ");
  text += plural(static_cast<std::uint64_t>(trouble->failures), "attempt");
  return text + (trouble->error.empty() ? "" : ": ") + trouble->error;
}

std::string first_cause(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return {};
  const auto* top = end.cause == end_cause::ancestor ? lives.find(end.because) : nullptr;
  const auto& first = top != nullptr && lives.end_of(*top).at != never ? *top : life;
  return quoted(lives.name(first)) + ' ' + end_words(lives, first);
}

} // namespace lapse::cause
