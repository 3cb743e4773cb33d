#pragma once

#include "actors/runtime/mount.hpp"

#include <memory>
#include <string_view>

namespace lapse {

/// The auth method for a mount of `type` (`userpass`, `approle`, `github`, `generic`); null for an
/// unknown type, which the mount answers with `plugin not found in the catalog: TYPE`.
[[nodiscard]] std::unique_ptr<engine> make_auth_method(std::string_view type);

} // namespace lapse
