#include "actors/policy/sudo_path.hpp"

#include <algorithm>

namespace lapse {

bool needs_sudo(std::string_view path, operation) noexcept {
  // R-908; the sudo test of `auth/token/revoke-orphan` is in its own handler.
  static constexpr std::string_view exact[] = {
      "sys/audit", "sys/config/cors", "sys/leases", "sys/raw", "sys/remount", "sys/seal",
  };
  static constexpr std::string_view prefixes[] = {
      "auth/token/accessors",
      "auth/token/revoke-orphan/",
      "sys/audit/",
      "sys/auth/",
      "sys/config/auditing/",
      "sys/config/ui/headers/",
      "sys/internal/inspect/",
      "sys/leases/lookup/",
      "sys/leases/revoke-force/",
      "sys/leases/revoke-prefix/",
      "sys/plugins/catalog/",
      "sys/raw/",
      "sys/rotate",
  };
  return std::find(std::begin(exact), std::end(exact), path) != std::end(exact) ||
         std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](std::string_view prefix) { return path.starts_with(prefix); });
}

} // namespace lapse
