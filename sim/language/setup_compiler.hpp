#pragma once

#include "sim/language/load_context.hpp"

namespace lapse::language {

/// The `server` key.
[[nodiscard]] server_config compile_server(load_context& context,
                                           const document::document_node& scenario);

/// Top-level policies, secrets engines, auth methods and token roles as requests of root before
/// time 0, in this order: roles and users come after what they name.
[[nodiscard]] std::vector<plan::setup_request>
compile_setup(load_context& context, const document::document_node& scenario,
              const server_config& server);

} // namespace lapse::language
