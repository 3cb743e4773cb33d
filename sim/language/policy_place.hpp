#pragma once

#include "sim/document/node.hpp"

#include <string_view>

namespace lapse::language {

/// Where in the scenario a place inside of a policy's text stands: exact for block texts (`|`) and
/// for texts on one line, else the beginning of the text. `line` and `column` count from 1; 0 means
/// the text as a whole.
[[nodiscard]] document::file_position
policy_place(std::string_view source, const document::document_node& text, int line, int column);

} // namespace lapse::language
