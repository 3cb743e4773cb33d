#pragma once

#include <cstdint>
#include <string_view>

namespace lapse {

/// What a request asks of its path; HTTP verbs map to these by R-901.
enum class operation : std::uint8_t { read, create, update, delete_, list, patch, scan };

[[nodiscard]] constexpr std::string_view to_string(operation op) noexcept {
  constexpr std::string_view names[] = {"read", "create", "update", "delete",
                                        "list", "patch",  "scan"};
  return names[static_cast<std::uint8_t>(op)];
}

/// POST and PUT: `create` where the path's item does not exist yet, else `update`.
[[nodiscard]] constexpr bool is_write(operation op) noexcept {
  return op == operation::create || op == operation::update;
}

} // namespace lapse
