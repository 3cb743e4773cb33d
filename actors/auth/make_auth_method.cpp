#include "actors/auth/make_auth_method.hpp"

#include "actors/auth/approle.hpp"
#include "actors/auth/generic_login.hpp"
#include "actors/auth/github.hpp"
#include "actors/auth/userpass.hpp"

namespace lapse {

std::unique_ptr<engine> make_auth_method(std::string_view type) {
  if (type == "userpass")
    return std::make_unique<userpass_method>();
  if (type == "approle")
    return std::make_unique<approle_method>();
  if (type == "github")
    return std::make_unique<github_method>();
  if (type == "generic")
    return std::make_unique<generic_login_method>();
  return nullptr;
}

} // namespace lapse
