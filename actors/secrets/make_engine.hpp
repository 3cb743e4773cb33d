#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/secrets_setup.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace lapse::secrets {

/// One kind of secrets engine: its name, how it is made, what paths it serves, and how scenario
/// files set it up.
struct secrets_engine_kind {
  std::string_view type;
  /// `options` are the mount's.
  std::unique_ptr<runtime::engine> (*make)(const nlohmann::json& options);
  const runtime::engine_paths& (*paths)();
  /// Null: scenario files do not know it, or know it by another row of its type.
  const secrets_setup& (*setup)() = nullptr;
};

/// The kinds in the order of their names. `generic` is there twice: first as scenario files know
/// it, a giver of leased secrets, then as a server does, as kv 1. `kv` is there with both versions.
[[nodiscard]] std::span<const secrets_engine_kind> secrets_engine_kinds();

/// How scenario files set up an engine of this type; null if they do not know it.
[[nodiscard]] const secrets_setup* find_secrets_setup(std::string_view type);

/// The secrets engine for a mount of `type`: null for an unknown type, which the mount answers
/// with `plugin not found in the catalog: TYPE`. `options.version` tells kv 1 from kv 2;
/// `generic_is_leased` tells one `generic` from the other.
[[nodiscard]] std::unique_ptr<runtime::engine>
make_secrets_engine(std::string_view type, const nlohmann::json& options, bool generic_is_leased);

} // namespace lapse::secrets
