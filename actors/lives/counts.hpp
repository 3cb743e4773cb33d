#pragma once

#include <cstdint>

namespace lapse::lives {

/// What exists at one instant, as the scenario language counts it.
struct estate_counts {
  /// Service tokens whose record exists, the root token included.
  std::int64_t tokens = 0;
  /// Every stored service token has exactly one.
  std::int64_t accessors = 0;
  /// Tokens with something in their cubbyhole.
  std::int64_t cubbyholes = 0;
  /// Lease records, those of tokens included, also while their revocation waits or failed.
  std::int64_t leases = 0;
  /// Of these, the leases of secrets.
  std::int64_t secret_leases = 0;
  /// Credentials that exist at external backends.
  std::int64_t credentials = 0;
  /// Revocations that backends have carried out so far.
  std::int64_t backend_revocations = 0;
};

/// How often something happened since the start of the run.
struct run_totals {
  std::uint64_t tokens_created = 0;
  std::uint64_t leases_created = 0;
  std::uint64_t token_renewals = 0;
  std::uint64_t lease_renewals = 0;
  std::uint64_t given_up = 0; ///< revocations that became irrevocable
  std::uint64_t backend_attempts = 0;
  std::uint64_t backend_failures = 0; ///< attempts that failed
  std::uint64_t requests = 0;         ///< answered
  std::uint64_t refused = 0;          ///< of these, with an error

  [[nodiscard]] std::uint64_t renewals() const noexcept { return token_renewals + lease_renewals; }

  friend bool operator==(const run_totals&, const run_totals&) = default;
};

} // namespace lapse::lives
