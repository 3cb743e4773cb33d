#pragma once

#include "actors/lease/lease.hpp"
#include "actors/ttl/calculate.hpp"

namespace lapse::lease {

/// Default and maximum TTL in force at a mount: its own where tuned, else the system's.
[[nodiscard]] ttl::ttl_inputs mount_limits(runtime::environment& env, std::string_view mount_path);

/// The TTL of a secret lease at issue (no `start`) or renewal.
[[nodiscard]] ttl::ttl_result grant_lease(runtime::environment& env, std::string_view mount_path,
                                          const runtime::secret_terms& terms, duration increment,
                                          std::optional<instant> start);

/// An actor that can own secret leases: a token, and the vault for orphan batch tokens.
class lease_owner : public runtime::world_actor {
public:
  using runtime::world_actor::world_actor;

protected:
  /// Leases the credential of `msg` under `owner`, whose `ordinal`-th lease it is, and answers the
  /// request. `batch_end` is set when a batch token asked. Returns the lease's slot, or an
  /// empty one when none was made.
  runtime::slot_ref issue(const runtime::issue_lease& msg, token_id owner, std::uint64_t namer,
                          std::uint64_t ordinal, std::optional<instant> batch_end);
};

} // namespace lapse::lease
