#pragma once

#include <string>
#include <string_view>

namespace lapse::cause {

/// A rule or property in one line: `L07: a child ends with its parent`. The sentence of a property
/// starts with its own word (`always`, `never`, …), which is its id too and is said once.
[[nodiscard]] std::string described(std::string_view id, std::string_view sentence);

} // namespace lapse::cause
