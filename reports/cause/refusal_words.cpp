#include "reports/cause/refusal_words.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"

#include <algorithm>

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

std::string first_cause(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return {};
  const auto* top = end.cause == end_cause::ancestor ? lives.find(end.because) : nullptr;
  const auto& first = top != nullptr && lives.end_of(*top).at != never ? *top : life;
  return quoted(lives.name(first)) + ' ' + end_words(lives, first);
}

std::string refusal_words(const lives::ledger& lives, const refusal_ptr& refused,
                          const credential& by) {
  if (!refused)
    return {};
  const auto& why = refused->reason();
  const auto* life = by.id ? lives.find(by.id) : nullptr;
  const auto ended = life != nullptr && lives.end_of(*life).at != never;
  if (ended && (why.kind == refusal_kind::no_life || why.kind == refusal_kind::used_up))
    return quoted(lives.name(*life)) + ' ' + end_words(lives, *life);
  auto text = why.text;
  for (const auto& policy : why.missing) {
    text += "; its policy " + quoted(policy.name);
    text += policy.since == never ? " does not exist"
                                  : (policy.expired ? " expired at " : " was deleted at ") +
                                        ttl::readable_duration(policy.since);
  }
  return text;
}

std::string refusal_line(const unexpected_refusal& what) {
  auto result = std::to_string(what.status) + ' ' + what.what;
  if (what.line > 0)
    result += " (line " + std::to_string(what.line) + ')';
  return result + ": " + (what.why.empty() ? readable_error(what.error) : what.why);
}

bool tells_more(const unexpected_refusal& what,
                const std::optional<unexpected_refusal>& first) noexcept {
  constexpr int not_there = 404;
  return !first || (first->status == not_there && what.status != not_there);
}

std::string readable_error(std::string_view error) {
  auto list = error.find(":\n\t* ");
  if (list == std::string_view::npos || error.substr(0, list).find(" occurred") == error.npos)
    return std::string{error};
  std::string result;
  for (auto rest = error.substr(list + 2); !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with("\t* "))
      line.remove_prefix(3);
    if (!line.empty())
      (result += result.empty() ? "" : "; ") += line;
  }
  return result;
}

} // namespace lapse::cause
