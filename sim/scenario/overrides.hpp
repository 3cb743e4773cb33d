#pragma once

#include "sim/scenario/diagnostics.hpp"
#include "sim/scenario/yaml_tree.hpp"

#include <string>
#include <vector>

namespace lapse {

/// Applies `KEY=VALUE` texts to the tree before it is checked and compiled, so that an override can
/// say exactly what the file could. Changed parts are copied: an alias elsewhere keeps its value.
void apply_overrides(yaml_tree& tree, const std::vector<std::string>& overrides,
                     diagnostics& faults);

} // namespace lapse
