#include "reports/cause/cause.hpp"

#include "actors/ttl/duration.hpp"

#include <algorithm>

namespace lapse::cause {

namespace {

std::string of_role(const lives::life_record& life) {
  const auto role = life.role_name();
  return role.empty() ? "its role" : "role " + quoted(std::string{role});
}

/// The key that sets a maximum, and how long a life reached it in.
std::string limit_words(std::string_view key, const lives::life_record& life) {
  return " (" + std::string{key} + ' ' + ttl::readable_duration(life.expire - life.created) + ')';
}

std::string deadline_words(const lives::ledger& lives, const lives::life_record& life) {
  switch (life.bound) {
    case ttl_bound::none:
      return "its time was up";
    case ttl_bound::own:
      return "its own TTL ran out";
    case ttl_bound::increment:
      return "the increment of its last renewal ran out";
    case ttl_bound::mount_default:
      return "the default TTL of its mount ran out";
    case ttl_bound::role:
      return "the TTL of " + of_role(life) + " ran out";
    case ttl_bound::period:
      return "its period ran out without a renewal";
    case ttl_bound::mount_max: {
      const auto& mount = lives.mount(life);
      return "it reached the maximum TTL of " +
             (mount.empty() ? "its mount" : "mount " + quoted(mount)) +
             limit_words("max_lease_ttl", life);
    }
    case ttl_bound::backend_max:
      return "it reached the maximum TTL of " + of_role(life) +
             limit_words(life.is_lease() ? "max_ttl" : "token_max_ttl", life);
    case ttl_bound::explicit_max:
      return "it reached " +
             (life.made_by_method() && life.role()
                  ? "the explicit maximum TTL of " + of_role(life) +
                        limit_words("token_explicit_max_ttl", life)
                  : "its explicit maximum TTL" + limit_words("explicit_max_ttl", life));
    case ttl_bound::owner:
      return "the batch token that owns it ran out";
  }
  return "its time was up";
}

/// What befell a token, for a sentence about something it took along: "expired", "was revoked by
/// `root`".
std::string fate(const lives::ledger& lives, token_id id) {
  const auto* life = lives.find(id);
  if (!life)
    return "ended";
  auto end = lives.end_of(*life);
  if (end.at == never)
    return "ended";
  switch (end.cause) {
    case end_cause::deadline:
      return "expired";
    case end_cause::revoke:
      return end.by ? "was revoked by " + quoted(lives.name(end.by)) : "was revoked";
    case end_cause::ancestor:
      return "was revoked because " + quoted(lives.name(end.because)) + " ended";
    case end_cause::last_use:
      return "had its last use";
    case end_cause::prefix:
      return "was revoked by its prefix";
    case end_cause::mount:
      return "went with its mount";
    case end_cause::tidy:
      return "was tidied away";
  }
  return "ended";
}

std::string taken_along(const lives::ledger& lives, const lives::life_record& life,
                        const lives::ending& end) {
  std::string relation = life.is_lease() ? "token " : "parent ";
  if (life.above == end.because || !life.above) {
    if (!life.above)
      relation = "ancestor ";
    return "its " + relation + quoted(lives.name(end.because)) + ' ' + fate(lives, end.because);
  }
  return "its " + relation + quoted(lives.name(life.above)) + " was revoked because " +
         quoted(lives.name(end.because)) + ' ' + fate(lives, end.because);
}

std::string requested(const lives::ledger& lives, const lives::ending& end) {
  return end.by ? quoted(lives.name(end.by)) : "a request";
}

} // namespace

std::string quoted(std::string name) {
  std::replace(name.begin(), name.end(), '`', '\'');
  return '`' + name + '`';
}

std::string_view bound_words(ttl_bound bound) noexcept {
  switch (bound) {
    case ttl_bound::none:
      return "nothing";
    case ttl_bound::own:
      return "own TTL";
    case ttl_bound::increment:
      return "renewal increment";
    case ttl_bound::mount_default:
      return "mount default";
    case ttl_bound::role:
      return "role TTL";
    case ttl_bound::period:
      return "period";
    case ttl_bound::mount_max:
      return "mount maximum";
    case ttl_bound::backend_max:
      return "role maximum";
    case ttl_bound::explicit_max:
      return "explicit maximum";
    case ttl_bound::owner:
      return "owner batch token";
  }
  return "unknown";
}

std::string what_bound(const lives::ledger& lives, const lives::life_record& life,
                       const lives::outlook& ahead) {
  auto end = lives.end_of(life);
  if (end.at == never) {
    if (ahead.end == never)
      return "alive, never ends";
    auto due = " due at " + ttl::readable_duration(ahead.end);
    if (ahead.through)
      return (life.is_lease() ? "alive, owner " : "alive, ancestor ") + lives.name(ahead.through) +
             due;
    return "alive, " + std::string{bound_words(life.bound)} + due;
  }
  switch (end.cause) {
    case end_cause::deadline:
      return std::string{bound_words(life.bound)};
    case end_cause::revoke:
      return end.by ? "revoked by " + lives.name(end.by) : "revoked by request";
    case end_cause::ancestor:
      if (!life.is_lease())
        return "ancestor " + lives.name(end.because);
      if (life.above == end.because || !life.above)
        return "owner token " + lives.name(end.because);
      return "owner token " + lives.name(life.above) + " (ancestor " + lives.name(end.because) +
             ')';
    case end_cause::last_use:
      return "last use";
    case end_cause::prefix:
      return "prefix revocation";
    case end_cause::mount:
      return "mount disabled";
    case end_cause::tidy:
      return "tidy";
  }
  return "unknown";
}

std::string reason(const lives::ledger& lives, const lives::life_record& life) {
  auto end = lives.end_of(life);
  if (end.at == never)
    return {};
  switch (end.cause) {
    case end_cause::deadline:
      return deadline_words(lives, life);
    case end_cause::revoke:
      return requested(lives, end) + " revoked it";
    case end_cause::ancestor:
      return taken_along(lives, life, end);
    case end_cause::last_use:
      return "that was its last use";
    case end_cause::prefix:
      return requested(lives, end) + " revoked its prefix";
    case end_cause::mount:
      return requested(lives, end) + " disabled its mount";
    case end_cause::tidy:
      return "a tidy found it without an owner";
  }
  return {};
}

std::string gap_reason(const lives::ledger& lives, lives::ledger::slot lost) {
  const auto* life = lives.get(lost);
  return life == nullptr ? "it began anew"
                         : quoted(lives.name(*life)) + " ended, " + reason(lives, *life);
}

std::string_view reason_in_common(const lives::life_record& life) noexcept {
  return life.is_lease() ? "the token that held it ended" : "a token above it ended";
}

std::string_view aftermath(const lives::life_record& life, const lives::ending& end) noexcept {
  if (life.given_up)
    return "its revocation was given up";
  if (life.carried_out(end) == never)
    return "its revocation has not been carried out";
  return {};
}

std::string why(const lives::ledger& lives, const lives::life_record& life) {
  auto end = lives.end_of(life);
  if (end.at == never)
    return {};
  return (end.cause == end_cause::deadline ? ": " : " because ") + reason(lives, life);
}

std::string sentence(const lives::ledger& lives, const lives::life_record& life) {
  auto end = lives.end_of(life);
  auto text = quoted(lives.name(life));
  if (life.expire == never)
    text += " was to live for ever";
  else if (life.advertised == duration::zero())
    text += " was advertised " + ttl::readable_duration(life.expire - life.created);
  else
    text += " was advertised " + ttl::readable_duration(life.advertised);
  if (life.renewals > 0) {
    text += ", renewed " + (life.renewals == 1 ? "once" : std::to_string(life.renewals) + " times");
    if (life.expire != never)
      text += " until " + ttl::readable_duration(life.expire);
    text += ',';
  }
  if (end.at == never)
    return text + " and is alive";
  text += " and lived " + ttl::readable_duration(end.at - life.created) + why(lives, life);
  if (auto after = aftermath(life, end); !after.empty())
    text += "; " + std::string{after};
  return text;
}

std::vector<cause_link> cause_chain(const lives::ledger& lives, const lives::life_record& life) {
  std::vector<cause_link> chain;
  auto end = lives.end_of(life);
  if (end.at == never)
    return chain;
  chain.push_back({lives.name(life), to_string(end.state()), end.cause, end.at});
  if (end.cause != end_cause::ancestor)
    return chain;
  auto add = [&](token_id id) {
    const auto* above = lives.find(id);
    if (!above)
      return;
    auto its_end = lives.end_of(*above);
    if (its_end.at != never)
      chain.push_back({lives.name(*above), to_string(its_end.state()), its_end.cause, its_end.at});
  };
  add(life.above);
  if (end.because != life.above)
    add(end.because);
  return chain;
}

} // namespace lapse::cause
