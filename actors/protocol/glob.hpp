#pragma once

#include <string_view>

namespace lapse {

/// Matches a name against a glob, of a role's policy lists or of handles: `*` is any run, also an
/// empty one, anywhere; all else is literal, `?` too (R-224, R-1711). Linear in the name for each
/// `*`.
[[nodiscard]] bool glob_match(std::string_view glob, std::string_view name) noexcept;

} // namespace lapse
