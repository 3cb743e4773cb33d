#pragma once

#include <memory>
#include <string>

namespace lapse {

/// What names a mount as long as it is mounted: a later mount of the same path has another
/// accessor.
struct mount_identity {
  std::string path; ///< with its final `/`; auth mounts start with `auth/`
  std::string type; ///< `database`, `userpass`; `system` for `sys/`, `token` for `auth/token/`
  /// `database_77aa21f0`, `auth_userpass_1a2b3c4d`: the same in listings, counts and audit entries.
  std::string accessor;
  bool auth = false; ///< an auth method, not a secrets engine
};

/// Outlives the mount where an event or a token still names it.
using shared_mount = std::shared_ptr<const mount_identity>;

} // namespace lapse
