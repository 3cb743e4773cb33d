#pragma once

#include "sim/language/load_context.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lapse::language {

// Mounts, users and roles that steps speak of must be some that the file sets up, enables or writes
// anywhere: all else is a typo (FORMAT.md, Steps). `request` is not checked.

/// `role:` of `create`.
void check_token_role(load_context& context, const document::document_node& role);

/// `with:` of `login`. The mount, null pointer if it is not known.
const known_mount* check_login(load_context& context, const document::document_node& with,
                               const std::string& mount_path, const std::string& name);

/// Path of `read`, `write`, `list`, `delete`: its mount, and the role of a credential.
void check_path(load_context& context, const document::document_node& node, std::string_view path);

/// Whether what a read of the path gives out is a lease for certain.
[[nodiscard]] bool gives_out_leases(const known_names& names, std::string_view path);

/// Whether a role may give out credentials at the path, wherever its mount is.
[[nodiscard]] bool gives_out_credentials(std::string_view path);

/// Mount of `tune` and `disable`, auth mounts written `auth/PATH`.
void check_mount(load_context& context, const document::document_node& node);

/// Mount of a backend fault: a secrets engine.
void check_backend(load_context& context, const document::document_node& node);

} // namespace lapse::language
