#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/key_table.hpp"
#include "sim/document/yaml_tree.hpp"

#include <string>
#include <vector>

namespace lapse {

/// Applies `KEY=VALUE` texts to the tree before it is checked and compiled, so that an override can
/// say exactly what the file could. `keys` are those of the top level. Changed parts are copied: an
/// alias elsewhere keeps its value.
void apply_overrides(yaml_tree& tree, const key_table& keys,
                     const std::vector<std::string>& overrides, diagnostics& faults);

} // namespace lapse
