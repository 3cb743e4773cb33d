#pragma once

#include "sim/language/setup_requests.hpp"

namespace lapse::language {

/// The requests that make the entities, aliases and groups of the key `identity`.
void write_identity(setup_requests& to, const document::document_node& section);

} // namespace lapse::language
