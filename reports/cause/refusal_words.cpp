#include "reports/cause/refusal_words.hpp"

#include "actors/lives/find_by_text.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/end_words.hpp"

#include <algorithm>

namespace lapse::cause {

std::string refusal_words(const lives::ledger& lives, const refusal_ptr& refused,
                          const credential& by) {
  if (!refused)
    return {};
  const auto& why = refused->reason();
  const auto* life = lives::find_token(lives, by);
  const auto ended = life != nullptr && lives.end_of(*life).at != never;
  if (ended && (why.kind == refusal_kind::no_life || why.kind == refusal_kind::used_up))
    return quoted(lives.name(*life)) + ' ' + end_words(lives, *life);
  auto text = why.text;
  if (why.by)
    text += " by " + quoted(lives.name(why.by));
  if (why.since != never)
    text += " at " + ttl::readable_duration(why.since);
  for (const auto& policy : why.missing) {
    text += "; its policy " + quoted(policy.name);
    text += policy.since == never ? " does not exist"
                                  : (policy.expired ? " expired at " : " was deleted at ") +
                                        ttl::readable_duration(policy.since);
  }
  return text;
}

namespace {

/// Paths that end with an identifier (R-1206), old ones too (R-1504).
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
  return what.path.starts_with("sys/wrapping/") ? ended_of(lives, lives::find_token(lives, by))
                                                : nullptr;
}

std::string error_words(const lives::ledger& lives, const refusal_ptr& refused,
                        const credential& by, const request* what) {
  if (refused)
    return refusal_words(lives, refused, by);
  const auto* life = what != nullptr ? ended_subject(lives, by, *what) : nullptr;
  return life == nullptr ? std::string{}
                         : quoted(lives.name(*life)) + ' ' + end_words(lives, *life);
}

std::string refusal_line(const told_refusal& what) {
  auto result = std::to_string(what.status) + ' ' + what.what;
  if (what.line > 0)
    result += " (line " + std::to_string(what.line) + ')';
  const auto why = what.why.empty() ? readable_error(what.status, what.error) : what.why;
  return result + (why.empty() ? "" : ": ") + why;
}

bool tells_more(const told_refusal& what, const std::optional<told_refusal>& first) noexcept {
  constexpr int not_there = 404;
  return !first || (first->status == not_there && what.status != not_there);
}

std::string readable_error(int status, std::string_view error) {
  constexpr int not_there = 404;
  return status == not_there && error.empty() ? "nothing is there" : readable_error(error);
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
