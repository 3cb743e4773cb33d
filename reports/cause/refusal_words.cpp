#include "reports/cause/refusal_words.hpp"

#include "actors/lives/find_by_text.hpp"
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

std::string reason_not_gone(const lives::ledger& lives, lives::ledger::slot which) {
  const auto& life = lives.at(which);
  const auto end = lives.end_of(life);
  auto text = full_reason(lives, life);
  if (end.at == never || life.carried_out(end) != never)
    return text;
  const auto* trouble = lives.trouble_of(which);
  if (trouble == nullptr || trouble->failures == 0)
    return text + "; its revocation has not been carried out";
  text += life.given_up ? "; its revocation was given up after " : "; its revocation failed in ";
  text += std::to_string(trouble->failures) + (trouble->failures == 1 ? " attempt" : " attempts");
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

std::string refusal_words(const lives::ledger& lives, const refusal_ptr& refused,
                          const credential& by) {
  if (!refused)
    return {};
  const auto& why = refused->reason();
  const auto* life = life_of(lives, by);
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

const lives::life_record* life_of(const lives::ledger& lives, const credential& by) {
  if (by.id)
    return lives.find(by.id);
  return by.text.empty() ? nullptr : lives::find_token(lives, by.text);
}

namespace {

/// What paths name that end with an identifier.
constexpr std::string_view naming_paths[] = {
    "sys/leases/renew/",  "sys/renew/",        "sys/leases/revoke/", "sys/revoke/",
    "auth/token/lookup/", "auth/token/renew/", "auth/token/revoke/", "auth/token/revoke-orphan/"};

const lives::life_record* ended_of(const lives::ledger& lives, const lives::life_record* life) {
  return life != nullptr && lives.end_of(*life).at != never ? life : nullptr;
}

} // namespace

const lives::life_record* ended_subject(const lives::ledger& lives, const credential& by,
                                        const request& what) {
  if (what.body.is_object())
    for (const std::string_view key : {"token", "accessor", "lease_id"}) {
      const auto value = what.body.find(key);
      if (value == what.body.end() || !value->is_string())
        continue;
      const auto& text = value->get_ref<const std::string&>();
      const auto* life = key == "token" ? lives::find_token(lives, text)
                                        : lives::find_identifier(lives, text).life;
      if (life = ended_of(lives, life); life != nullptr)
        return life;
    }
  for (const auto start : naming_paths)
    if (what.path.starts_with(start))
      return ended_of(
          lives,
          lives::find_identifier(lives, std::string_view{what.path}.substr(start.size())).life);
  return what.path.starts_with("sys/wrapping/") ? ended_of(lives, life_of(lives, by)) : nullptr;
}

std::string error_words(const lives::ledger& lives, const refusal_ptr& refused,
                        const credential& by, const request* what) {
  if (refused)
    return refusal_words(lives, refused, by);
  const auto* life = what != nullptr ? ended_subject(lives, by, *what) : nullptr;
  return life == nullptr ? std::string{}
                         : quoted(lives.name(*life)) + ' ' + end_words(lives, *life);
}

std::string refusal_line(const unexpected_refusal& what) {
  auto result = std::to_string(what.status) + ' ' + what.what;
  if (what.line > 0)
    result += " (line " + std::to_string(what.line) + ')';
  const auto why = what.why.empty() ? readable_error(what.error) : what.why;
  return result + (why.empty() ? "" : ": ") + why;
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
