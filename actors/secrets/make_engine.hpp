#pragma once

#include "actors/runtime/mount.hpp"

#include <memory>
#include <string_view>

namespace lapse {

/// The secrets engine for a mount of `type`: `kv` (`options.version` is `"2"`: with versions),
/// `kv-v2`, `database`, `aws`, `pki`, `generic`. Null for an unknown type, which the mount answers
/// with `plugin not found in the catalog: TYPE`. `generic_is_leased` makes `generic` give out
/// leased secrets (scenario files); otherwise it is kv 1, as on a server.
[[nodiscard]] std::unique_ptr<engine>
make_secrets_engine(std::string_view type, const nlohmann::json& options, bool generic_is_leased);

} // namespace lapse
