#include "reports/cause/refusal_words.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"

#include <algorithm>

namespace lapse::cause {

namespace {

/// Whether the limit that ended it is one that renewals cannot move, so that its length says more.
bool at_maximum(ttl_bound bound) noexcept {
  return bound == ttl_bound::mount_max || bound == ttl_bound::backend_max ||
         bound == ttl_bound::explicit_max;
}

} // namespace

std::string end_words(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return life.expire == never ? "never ends"
                                : "is to end at " + ttl::format_duration(life.expire);
  const auto expired = end.cause == end_cause::deadline;
  auto text = std::string{expired                            ? "expired"
                          : end.cause == end_cause::last_use ? "ended"
                                                             : "was revoked"} +
              " at " + ttl::format_duration(end.at) + ": ";
  return text + full_reason(lives, life);
}

std::string full_reason(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return {};
  auto text = reason(lives, life);
  if (end.cause == end_cause::deadline && at_maximum(life.bound))
    text += " (" + ttl::format_duration(end.at - life.created) + ')';
  const auto* top = end.cause == end_cause::ancestor ? lives.find(end.because) : nullptr;
  // Of other ends the reason of what was taken along says as much.
  if (top != nullptr && lives.end_of(*top).cause == end_cause::deadline)
    text += ": " + full_reason(lives, *top);
  return text;
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
  return why.text;
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
