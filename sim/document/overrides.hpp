#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/key_table.hpp"
#include "sim/document/node.hpp"

#include <string>
#include <vector>

namespace lapse::document {

/// Writes what `KEY=VALUE` texts say into the document before it is checked and compiled, so that
/// an override can say exactly what the file could. `keys` are those of the top level.
void apply_overrides(document_node& document, const key_table& keys,
                     const std::vector<std::string>& overrides, diagnostics& faults);

} // namespace lapse::document
