#pragma once

#include <string_view>

namespace lapse::policy {

/// The text of the policy `default`. Its two templates grant nothing to a caller without
/// an entity.
[[nodiscard]] std::string_view default_policy_text() noexcept;

/// The text of the policy `response-wrapping`.
[[nodiscard]] std::string_view response_wrapping_policy_text() noexcept;

} // namespace lapse::policy
