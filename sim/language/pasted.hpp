#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/node.hpp"

#include <string>

namespace lapse::language {

// Users and roles as people have them: what `vault read -format=json` prints, whole or its `data`,
// in the scenario or in a file of its own.

/// Makes plain users and roles of those that were pasted: `{ file: role.json }` becomes what is in
/// the file, an answer its `data`; keys without a value and a `name` that only repeats its own key
/// are left out.
/// @param folder that files are relative to.
void accept_pasted(document::document_node& scenario, document::diagnostics& faults,
                   const std::string& folder);

} // namespace lapse::language
