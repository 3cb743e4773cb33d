#pragma once

#include "sim/language/load_context.hpp"

namespace lapse::language {

/// Compiles `clients`, and makes the names of their tokens and secrets known. Before the steps,
/// which may speak of them.
[[nodiscard]] std::vector<plan::client_family>
compile_clients(load_context& context, const document::document_node& scenario);

/// Reports families that would get more in all their rounds (runs of a client, restarts) up to
/// `end` than a run lets clients get.
void check_client_rounds(load_context& context, const std::vector<plan::client_family>& families,
                         instant end);

} // namespace lapse::language
