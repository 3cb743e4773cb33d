#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/event.hpp"
#include "actors/runtime/registry.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace lapse {

/// Where a login token came from: what its method wants to see again at renewal.
struct login_origin {
  std::string mount_path;
  std::string principal;
};

/// What a token is. All but `num_uses` and `parent` stays as it was made; the
/// lease part changes with renewal.
struct token_record {
  token_name name;
  token_id parent; ///< 0: orphan (R-115)
  token_id maker;  ///< the token that asked; 0: a login or the server
  shared_names policies;
  shared_text path;
  path_bucket* bucket = nullptr; ///< of `path`; null: looked up
  shared_map meta;
  shared_text display_name;
  shared_text role;   ///< null: none
  shared_text entity; ///< null: none
  shared_names bound_cidrs;
  std::int64_t num_uses = 0;
  instant creation{0}; ///< whole second, down
  duration creation_ttl{0};
  duration explicit_max{0};
  duration period{0};
  bool no_default_policy = false;
  bool wrapping = false;
  std::shared_ptr<const login_origin> login;

  // -- its lease ----------------------------------------------------------------------

  bool has_lease = true; ///< false: batch, or the initial root (R-609, R-801)
  instant issue{0};
  instant expire = never;
  bool renewable = false;
  /// The last granted TTL, which a renewal without increment repeats.
  duration granted{0};
  std::optional<instant> last_renewal;

  // -- for the event of its creation -----------------------------------------------------

  duration asked{0};
  ttl_bound bound = ttl_bound::own;
  /// num_uses as at creation, which renewals show (R-1707).
  std::int64_t uses_at_creation = 0;
};

} // namespace lapse
