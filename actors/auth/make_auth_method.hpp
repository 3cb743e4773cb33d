#pragma once

#include "actors/auth/login_setup.hpp"
#include "actors/runtime/mount.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace lapse::auth {

/// One kind of auth method: its name, how it is made, what paths it serves, and how scenario files
/// set it up.
struct auth_method_kind {
  std::string_view type;
  std::unique_ptr<runtime::engine> (*make)();
  const runtime::engine_paths& (*paths)();
  const login_setup& (*setup)();
};

[[nodiscard]] std::span<const auth_method_kind> auth_method_kinds();

/// How scenario files set up a method of this type; null if they do not know it.
[[nodiscard]] const login_setup* find_login_setup(std::string_view type);

/// The auth method for a mount of `type`; null for an unknown type, which the mount answers with
/// `plugin not found in the catalog: TYPE`.
[[nodiscard]] std::unique_ptr<runtime::engine> make_auth_method(std::string_view type);

} // namespace lapse::auth
