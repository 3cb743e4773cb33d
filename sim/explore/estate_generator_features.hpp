#pragma once

#include "sim/explore/estate_generator_draws.hpp"

#include <cstdint>
#include <string_view>

namespace lapse::explore {

/// What a generated scenario may use.
enum class estate_feature : std::uint8_t {
  always, ///< not drawn: needs nothing
  // kinds of tokens
  orphan,
  no_parent,
  batch,
  period,
  explicit_maximum,
  use_limit,
  custom_id,
  unrenewable,
  root_child, ///< tokens that are root tokens themselves
  token_role,
  login,
  wrapping,
  // leases and values
  database,
  aws,
  pki,
  generic,
  leaseless,
  kv,
  cubbyhole,
  // requests on them
  lookup,
  keep,
  renew_token,
  renew_lease,
  revoke,
  revoke_accessor,
  revoke_self,
  revoke_orphan,
  revoke_lease,
  revoke_prefix,
  revoke_force,
  // administration
  tune,
  mount_change, ///< disable, enable
  policy_edit,
  role_edit,
  seal,
  tidy,
  dev_root,
  // faults
  backend_down,
  backend_slow,
  fail_revocation,
  revocation_delay,
  revocation_jitter,
  few_workers,
  // how steps are written
  together,
  repeat,
  range,
  count ///< how many there are
};

[[nodiscard]] std::string_view to_string(estate_feature what) noexcept;

/// The features of one seed.
class estate_features {
public:
  /// Draws which ones are used: each with the same probability, which itself is drawn.
  explicit estate_features(estate_draws& draws);

  [[nodiscard]] bool has(estate_feature what) const noexcept {
    return (used_ >> static_cast<unsigned>(what) & 1u) != 0;
  }

private:
  std::uint64_t used_ = 0;
};

} // namespace lapse::explore
