#include "actors/auth/jwt_claims.hpp"

#include "actors/protocol/base64.hpp"

#include <algorithm>
#include <string>

namespace lapse::auth {

nlohmann::json jwt_claims(std::string_view token) {
  auto nothing = nlohmann::json::object();
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos)
    return nothing;
  // The alphabet of URLs, without padding.
  std::string part{token.substr(first + 1, second - first - 1)};
  std::replace(part.begin(), part.end(), '-', '+');
  std::replace(part.begin(), part.end(), '_', '/');
  part.append((4 - part.size() % 4) % 4, '=');
  const auto decoded = decode_base64(part);
  if (!decoded)
    return nothing;
  auto claims = nlohmann::json::parse(*decoded, nullptr, false);
  return claims.is_object() ? claims : nothing;
}

} // namespace lapse::auth
