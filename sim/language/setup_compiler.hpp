#pragma once

#include "sim/language/load_context.hpp"

namespace lapse::language {

/// The `server` key.
[[nodiscard]] server_config compile_server(load_context& context,
                                           const document::document_node& scenario);

/// What a file sets up as requests of root before time 0, each after what it names: policies,
/// secrets engines, auth methods, policies with mounts in their templates, identity, token roles.
[[nodiscard]] std::vector<plan::setup_request>
compile_setup(load_context& context, const document::document_node& scenario,
              const server_config& server);

} // namespace lapse::language
