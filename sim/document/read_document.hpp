#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/node.hpp"

#include <optional>
#include <string_view>

namespace lapse::document {

// The text of a scenario as a tree, built from yaml-cpp's events instead of its nodes: events let
// us bound depth and size while reading, and keep what YAML::Node loses (positions of keys,
// duplicate keys, tags, quotes). Comments are lost, aliases are written out.

/// None if there is nothing to go on with; faults are then in `faults`. Duplicate keys and tags are
/// reported there too but do not stop the reading.
[[nodiscard]] std::optional<document_node> read_document(std::string_view text,
                                                         diagnostics& faults);

/// The same without messages: none if anything is wrong, or if the document is no map.
///
/// Example:
///
///     #include "sim/document/write_document.hpp"
///     auto scenario = document::read_document("lapse: 1\nname: a story\n");
///     assert(scenario->text_of("name") == "a story");
///     assert(document::write_document(*scenario) == "lapse: 1\nname: a story\n");
[[nodiscard]] std::optional<document_node> read_document(std::string_view text);

/// The value of an override: a scalar, or a list or map in flow form; none if it is no YAML. All
/// its nodes get the position `at`.
[[nodiscard]] std::optional<document_node> read_value(std::string_view text, file_position at);

} // namespace lapse::document
