#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace lapse::auth {

/// What a JSON web token claims, whoever signed it; an empty object where the text is no such
/// token.
[[nodiscard]] nlohmann::json jwt_claims(std::string_view token);

} // namespace lapse::auth
