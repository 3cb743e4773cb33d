#pragma once

#include "sim/document/node.hpp"

#include <string>

namespace lapse::document {

/// The document as YAML for people: block style, one blank line between sections, `|` for texts of
/// several lines, short maps in braces, quotes only where the text would mean something else.
/// `read_document` reads it back to the same content.
[[nodiscard]] std::string write_document(const document_node& document);

} // namespace lapse::document
