#include "sim/run/client_faults.hpp"

#include "actors/lives/find_by_text.hpp"
#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

namespace lapse::run {

namespace {

/// The text that the body has under `key`; empty if there is none.
std::string body_text(const request& what, const char* key) {
  if (!what.body.is_object())
    return {};
  const auto found = what.body.find(key);
  return found == what.body.end() || !found->is_string() ? std::string{}
                                                         : found->get<std::string>();
}

/// The lease that a renewal names, in its path or its body; empty: none is renewed.
std::string renewed_lease(const request& what) {
  constexpr std::string_view renewals = "sys/leases/renew";
  std::string_view rest = what.path;
  if (!rest.starts_with(renewals))
    return {};
  rest.remove_prefix(renewals.size());
  if (rest.empty())
    return body_text(what, "lease_id");
  return rest.front() == '/' ? std::string{rest.substr(1)} : std::string{};
}

/// Where what the request renews was made; empty: it renews nothing.
std::string renewed(const credential& by, const request& what, const lives::ledger& lives) {
  const lives::life_record* life = nullptr;
  const std::string_view path = what.path;
  if (path == "auth/token/renew-self" ||
      (path == "auth/token/renew" && body_text(what, "token").empty()))
    life = lives::find_token(lives, by);
  else if (path == "auth/token/renew")
    life = lives::find_token(lives, body_text(what, "token"));
  else if (path == "auth/token/renew-accessor") {
    const auto found = lives::find_identifier(lives, body_text(what, "accessor"));
    if (found.written_as == lives::identifier::accessor)
      life = found.life;
  } else {
    return renewed_lease(what);
  }
  return life == nullptr || !life->path() ? std::string{} : *life->path();
}

} // namespace

void client_faults::start(const fault& what, instant now) {
  const felt made{what, now, later(now, what.lasts)};
  if (what.what == fault::kind::renewals_fail && what.over)
    renewals_.erase(what.mount);
  else if (what.what == fault::kind::renewals_fail)
    renewals_.insert_or_assign(what.mount, made);
  else if (what.over)
    now_.erase(what.what);
  else
    now_.insert_or_assign(what.what, made);
}

const client_faults::felt* client_faults::find(fault::kind what, instant now) const {
  const auto i = now_.find(what);
  return i == now_.end() || now >= i->second.until ? nullptr : &i->second;
}

refusal_ptr client_faults::felt::why(std::string_view words) const {
  auto text = fmt::format("{} from {} ", words, ttl::readable_duration(from));
  text += until == never ? "on" : "to " + ttl::readable_duration(until);
  return refusal_of(refusal_kind::fault, std::move(text));
}

std::optional<client_faults::intercepted> client_faults::instead(const credential& by,
                                                                 const request& what,
                                                                 const lives::ledger& lives,
                                                                 instant now) {
  if (const auto* outage = find(fault::kind::outage, now))
    return intercepted{outage->what.status == 0 ? bodiless(0)
                                                : error_answer(outage->what.status, "an outage"),
                       outage->why("an `outage`")};
  std::erase_if(renewals_, [now](const auto& one) { return now >= one.second.until; });
  if (renewals_.empty())
    return std::nullopt;
  const auto made_at = renewed(by, what, lives);
  for (const auto& [mount, one] : renewals_)
    if (!made_at.empty() && made_at.starts_with(mount))
      return intercepted{error_answer(500, "internal error"),
                         one.why("`renewals_fail` of `" + mount + "`")};
  return std::nullopt;
}

bool client_faults::loses_answers(instant now) const {
  return find(fault::kind::lose_answers, now) != nullptr;
}

duration client_faults::delay(instant now) const {
  const auto* slow = find(fault::kind::slow, now);
  return slow == nullptr ? duration{0} : slow->what.takes;
}

} // namespace lapse::run
