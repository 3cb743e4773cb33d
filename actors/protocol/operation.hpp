#pragma once

#include <cstdint>
#include <string_view>

namespace lapse {

/// What a request asks of its path; HTTP verbs map to these by R-901.
enum class operation : std::uint8_t {
  read,
  create,
  update,
  delete_,
  list,
  patch,
  scan,
  head,
  help
};

[[nodiscard]] constexpr std::string_view to_string(operation op) noexcept {
  constexpr std::string_view names[] = {"read",  "create", "update", "delete", "list",
                                        "patch", "scan",   "header", "help"};
  return names[static_cast<std::uint8_t>(op)];
}

/// POST and PUT: `create` where the path's item does not exist yet, else `update`.
[[nodiscard]] constexpr bool is_write(operation op) noexcept {
  return op == operation::create || op == operation::update;
}

/// Whether the request may change what its path stands for.
[[nodiscard]] constexpr bool may_change(operation op) noexcept {
  return is_write(op) || op == operation::patch || op == operation::delete_;
}

/// Such requests ask a path for what is below it: it ends in `/` (R-1704).
[[nodiscard]] constexpr bool is_listing(operation op) noexcept {
  return op == operation::list || op == operation::scan;
}

} // namespace lapse
