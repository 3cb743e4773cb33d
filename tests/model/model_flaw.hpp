#pragma once

#include <cstdint>
#include <string_view>

namespace lapse::sequential {

/// Faults that can be planted into the model, to show that the comparison sees their like.
enum class flaw : std::uint8_t {
  ttl_deadline_late,      ///< the deadline of R-231 comes one second late
  increment_from_expiry,  ///< a renewal's increment counts from the old expiry (R-409)
  renewal_forgets_grant,  ///< a bare renewal repeats the default, not the last grant (R-405)
  role_maximum_forgotten, ///< a role's explicit maximum does not bind renewals (R-407)
  acl_every_match,        ///< every matching pattern grants, not the best one alone (R-904)
  acl_no_sudo_paths,      ///< sudo paths need no sudo (R-908)
  subset_unchecked,       ///< child policies need not be a subset (R-221)
  denied_use_is_free,     ///< a denied request spends no use (R-306)
  last_use_lives,         ///< the last use does not end the token (R-303)
  limited_may_create,     ///< limited tokens may have children (R-203 #3)
  orphans_die_too,        ///< revoke-orphan takes the children along (R-524)
  grandchildren_survive,  ///< a cascade stops below the children (R-511)
  leases_outlive_owner,   ///< a token's death leaves its secret leases (R-514)
  batch_outlives_parent,  ///< a batch token does not ask for its parent (R-122)
  deadline_comes_first,   ///< at one instant a deadline comes before the requests (R-231)
  login_keeps_failures    ///< a good login does not forget the failed ones (R-709)
};

inline constexpr flaw every_flaw[] = {
    flaw::ttl_deadline_late,      flaw::increment_from_expiry, flaw::renewal_forgets_grant,
    flaw::role_maximum_forgotten, flaw::acl_every_match,       flaw::acl_no_sudo_paths,
    flaw::subset_unchecked,       flaw::denied_use_is_free,    flaw::last_use_lives,
    flaw::limited_may_create,     flaw::orphans_die_too,       flaw::grandchildren_survive,
    flaw::leases_outlive_owner,   flaw::batch_outlives_parent, flaw::deadline_comes_first,
    flaw::login_keeps_failures};

[[nodiscard]] constexpr std::string_view to_string(flaw f) noexcept {
  constexpr std::string_view names[] = {
      "ttl_deadline_late",      "increment_from_expiry", "renewal_forgets_grant",
      "role_maximum_forgotten", "acl_every_match",       "acl_no_sudo_paths",
      "subset_unchecked",       "denied_use_is_free",    "last_use_lives",
      "limited_may_create",     "orphans_die_too",       "grandchildren_survive",
      "leases_outlive_owner",   "batch_outlives_parent", "deadline_comes_first",
      "login_keeps_failures"};
  return names[static_cast<std::uint8_t>(f)];
}

} // namespace lapse::sequential
