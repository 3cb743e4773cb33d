#pragma once

#include <kainjow/mustache.hpp>

#include <string_view>

namespace lapse::html {

/// Text to be copied from the page exactly as it is: parts that the template writes as they are,
/// and single characters that would be invisible, or turn the direction of what follows, to be set
/// apart with their number beside them. Bytes that are no UTF-8, and NUL, become U+FFFD, since HTML
/// can hold neither. What is longer than a page should be is cut, which a last part says.
[[nodiscard]] kainjow::mustache::list verbatim(std::string_view text);

} // namespace lapse::html
