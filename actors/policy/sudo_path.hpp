#pragma once

#include "actors/protocol/operation.hpp"

#include <string_view>

namespace lapse {

/// True if a request needs `sudo` beside its ordinary capability.
/// `path` is without a leading `/`.
[[nodiscard]] bool needs_sudo(std::string_view path, operation op) noexcept;

} // namespace lapse
