#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lapse::vault {

/// The version of all that is built in.
inline constexpr std::string_view builtin_version = "v2.6.2+builtin.bao";

/// A version of a plugin, `1.2`, as `v1.2.0`; none: the text is no version.
[[nodiscard]] std::optional<std::string> canonical_version(std::string_view text);

} // namespace lapse::vault
