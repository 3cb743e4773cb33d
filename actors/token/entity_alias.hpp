#pragma once

#include "actors/token/server_data.hpp"

#include <tl/expected.hpp>

#include <string>

namespace lapse::token {

/// Why a creation may not name an entity: a bare text.
struct alias_refusal {
  int status = 400;
  std::string text;
};

/// The id of the entity that a creation names by an alias at `auth/token/`, which is made if there
/// is none.
/// @param role null: none.
[[nodiscard]] tl::expected<shared_text, alias_refusal>
entity_of_alias(server_data& shared, const token_role* role, const std::string& alias);

} // namespace lapse::token
