#pragma once

#include "actors/policy/policy.hpp"

#include <string>

namespace lapse::policy {

/// Writes a policy as HCL that `read_policy` reads back to an equal policy.
[[nodiscard]] std::string render_policy(const policy& what);

} // namespace lapse::policy
