#pragma once

#include "actors/protocol/ids.hpp"
#include "actors/protocol/mount_identity.hpp"
#include "actors/protocol/time.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

/// Immutable lists and maps are shared between a token, its answers and its events.
using shared_names = std::shared_ptr<const std::vector<std::string>>;
using shared_map = std::shared_ptr<const std::map<std::string, std::string>>;
using shared_text = std::shared_ptr<const std::string>;

/// What bound the last granted TTL: for "what bound it" in reports.
enum class ttl_bound : std::uint8_t {
  none,          ///< never ends
  own,           ///< the TTL asked for
  increment,     ///< a renewal's increment
  mount_default, ///< default of mount or system
  role,          ///< TTL or period of a role or user
  period,
  mount_max,   ///< maximum of mount or system
  backend_max, ///< maximum of a role or user
  explicit_max,
  owner ///< the batch token that owns the lease (R-605)
};
[[nodiscard]] std::string_view to_string(ttl_bound bound) noexcept;

/// Where a login token comes from: what its method wants to see again at renewal.
struct login_origin {
  shared_mount mount;
  std::string principal;                ///< user or role
  std::vector<std::string> groups = {}; ///< external groups that it named (R-718)
  friend bool operator==(const login_origin&, const login_origin&) = default;
};

/// What a token is from its making on. One object is shared by the token itself, the
/// registry, events, the audit log and answers; what changes (uses left, deadline, parent) is kept
/// by the token. Pointers may be null where nothing else is said.
struct token_facts {
  token_name name;
  token_id parent; ///< the token above it when it was made; 0: orphan or login (R-115)
  token_id maker;  ///< the token that asked; 0: a login or the server itself
  shared_text path;
  shared_text display_name;
  shared_names policies;
  shared_map meta;
  shared_text role; ///< the token role it was made with
  shared_text entity;
  shared_names bound_cidrs;
  std::shared_ptr<const login_origin> login; ///< null: not made by a login
  duration asked{0};                         ///< the TTL asked for; 0: none
  duration ttl{0};                           ///< what was granted; 0: never ends
  duration explicit_max{0};
  duration period{0};
  instant issue{0};       ///< when it was made
  instant expire = never; ///< its first deadline, which renewals move
  std::int64_t uses = 0;  ///< `num_uses` as made; 0: unlimited
  ttl_bound bound = ttl_bound::own;
  bool renewable = false;
  bool has_lease = true; ///< false: batch, or the initial root (R-609, R-801)
  bool wrapping = false; ///< a wrapping token (R-1005)
  bool no_default_policy = false;

  [[nodiscard]] bool batch() const noexcept { return name.type == token_type::batch; }

  /// The whole second of its making.
  [[nodiscard]] instant created() const noexcept {
    return std::chrono::floor<std::chrono::seconds>(issue);
  }

  // -- what a lookup shows (R-116) --------------------------------------------------

  /// R-1705: a batch token without policies shows `null`.
  [[nodiscard]] shared_names looked_up_policies() const {
    return batch() && policies && policies->empty() ? nullptr : policies;
  }
  /// `renewable` and `issue_time` are shown of a token with a lease record, and of a batch token.
  [[nodiscard]] bool shows_lease() const noexcept { return has_lease || batch(); }
  [[nodiscard]] instant lease_issue() const noexcept { return batch() ? created() : issue; }
};

using shared_facts = std::shared_ptr<const token_facts>;

} // namespace lapse
