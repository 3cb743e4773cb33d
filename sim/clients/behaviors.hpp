#pragma once

#include "sim/clients/behavior.hpp"

#include <string_view>
#include <vector>

namespace lapse::clients {

// The behaviors that have a name. Each stands in a file of its own, with the source and the version
// that it was read from.

[[nodiscard]] const behavior& lifetime_watcher();
[[nodiscard]] const behavior& lifetime_watcher_vault();
[[nodiscard]] const behavior& lifetime_watcher_2_7_0();
[[nodiscard]] const behavior& agent();
[[nodiscard]] const behavior& spring();
[[nodiscard]] const behavior& consul_template();
[[nodiscard]] const behavior& secrets_operator();
[[nodiscard]] const behavior& per_run();
[[nodiscard]] const behavior& never_renewing();

/// Null if none has that name.
[[nodiscard]] const behavior* find_behavior(std::string_view name) noexcept;

/// In the order of FORMAT.md's table.
[[nodiscard]] const std::vector<std::string_view>& behavior_names();

} // namespace lapse::clients
