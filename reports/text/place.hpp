#pragma once

#include <string>
#include <string_view>

namespace lapse::text_report {

/// `file:line:column`, as editors and terminals know it; a line or column below 1 is left out.
[[nodiscard]] std::string place_text(std::string_view file, int line, int column);

} // namespace lapse::text_report
