#include "actors/auth/make_auth_method.hpp"

#include "actors/auth/approle.hpp"
#include "actors/auth/generic_login.hpp"
#include "actors/auth/github.hpp"
#include "actors/auth/userpass.hpp"
#include "actors/auth/vouched_method.hpp"

namespace lapse::auth {

namespace {

template <class Method>
constexpr auth_method_kind kind(std::string_view type) {
  return {type, []() -> std::unique_ptr<runtime::engine> { return std::make_unique<Method>(); },
          &Method::table, &Method::setup};
}

constexpr std::string_view aws = "aws";
constexpr std::string_view azure = "azure";
constexpr std::string_view cert = "cert";
constexpr std::string_view gcp = "gcp";
constexpr std::string_view jwt = "jwt";
constexpr std::string_view kubernetes = "kubernetes";
constexpr std::string_view ldap = "ldap";
constexpr std::string_view oidc = "oidc";

} // namespace

std::span<const auth_method_kind> auth_method_kinds() {
  static constexpr auth_method_kind kinds[] = {kind<approle_method>("approle"),
                                               kind<vouched_of<aws>>(aws),
                                               kind<vouched_of<azure>>(azure),
                                               kind<vouched_of<cert>>(cert),
                                               kind<vouched_of<gcp>>(gcp),
                                               kind<generic_login_method>("generic"),
                                               kind<github_method>("github"),
                                               kind<vouched_of<jwt>>(jwt),
                                               kind<vouched_of<kubernetes>>(kubernetes),
                                               kind<vouched_of<ldap>>(ldap),
                                               kind<vouched_of<oidc>>(oidc),
                                               kind<userpass_method>("userpass")};
  return kinds;
}

const login_setup* find_login_setup(std::string_view type) {
  for (const auto& kind : auth_method_kinds())
    if (kind.type == type)
      return &kind.setup();
  return nullptr;
}

std::unique_ptr<runtime::engine> make_auth_method(std::string_view type) {
  for (const auto& kind : auth_method_kinds())
    if (kind.type == type)
      return kind.make();
  return nullptr;
}

} // namespace lapse::auth
