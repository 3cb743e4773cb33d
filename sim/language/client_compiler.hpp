#pragma once

#include "sim/language/load_context.hpp"

namespace lapse::language {

/// Compiles `clients`, and makes the names of their tokens and secrets known. Before the steps,
/// which may speak of them.
[[nodiscard]] std::vector<plan::client_family>
compile_clients(load_context& context, const document::document_node& scenario);

} // namespace lapse::language
