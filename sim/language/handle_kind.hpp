#pragma once

#include <cstdint>

namespace lapse::language {

/// What a handle is sure to name, and what a use needs it to name.
enum class handle_kind : std::uint8_t { any, token, lease };

} // namespace lapse::language
