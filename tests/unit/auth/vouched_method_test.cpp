// Methods whose proof nobody checks here: who a login is, as far as its proof says.

#include "actors/auth/jwt_claims.hpp"
#include "actors/auth/make_auth_method.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine_probe.hpp"

using namespace lapse;
using namespace lapse::auth;
using json = nlohmann::json;

namespace {

/// A token that claims `{"sub":"ann","groups":["ops","dev"],"team":"blue"}`.
constexpr auto token = "e30.eyJzdWIiOiJhbm4iLCJncm91cHMiOlsib3BzIiwiZGV2Il0sInRlYW0iOiJibHVlIn0.s";

engine_probe vouched(std::string_view type) {
  return engine_probe{"auth/m/", make_auth_method(type)};
}

} // namespace

TEST_CASE("what is no web token claims nothing") {
  CHECK(jwt_claims(token)["team"] == "blue");
  for (const auto* text : {"", "a", "a.b", "a.b.c", "e30.W10.s", "e30.e30"})
    CHECK(jwt_claims(text) == json::object());
}

TEST_CASE("the claims that a jwt role names say who logs in (R-720)") {
  auto jwt = vouched("jwt");
  REQUIRE(jwt.status("POST", "role/ci",
                     {{"user_claim", "sub"},
                      {"groups_claim", "groups"},
                      {"claim_mappings", {{"team", "colour"}}},
                      {"token_ttl", "10m"}}) == 204);
  const auto known = jwt.ask("POST", "login", {{"role", "ci"}, {"jwt", token}});
  REQUIRE(known.login);
  CHECK(known.login->alias == "ann");
  CHECK(known.login->display_name == "ann");
  CHECK(known.login->groups == std::vector<std::string>{"ops", "dev"});
  CHECK(known.login->metadata ==
        std::map<std::string, std::string>{{"colour", "blue"}, {"role", "ci"}});
  const auto unreadable = jwt.ask("POST", "login", {{"role", "ci"}, {"jwt", "secret"}});
  REQUIRE(unreadable.login);
  CHECK(unreadable.login->alias == "ci");
}

TEST_CASE("a default role that is no text names no role (R-720)") {
  auto jwt = vouched("jwt");
  REQUIRE(jwt.status("POST", "config", {{"default_role", 5}}) == 204);
  CHECK(jwt.error("POST", "login", {{"jwt", token}}) == "missing role");
  REQUIRE(jwt.status("POST", "config", {{"default_role", "ci"}}) == 204);
  CHECK(jwt.error("POST", "login", {{"jwt", token}}) != "missing role");
}

TEST_CASE("a role keeps what it is sent beside the parameters of tokens (R-720)") {
  auto k8s = vouched("kubernetes");
  REQUIRE(k8s.status("POST", "role/app",
                     {{"bound_service_account_names", {"a"}}, {"policies", "p"}}) == 204);
  REQUIRE(k8s.status("POST", "role/app", {{"audience", "vault"}}) == 204);
  const auto read = k8s.data("GET", "role/app");
  CHECK(read["bound_service_account_names"] == json{"a"});
  CHECK(read["audience"] == "vault");
  CHECK(read["token_policies"] == json{"p"});
  CHECK(k8s.data("LIST", "role")["keys"] == json{"app"});
  CHECK(k8s.error("POST", "role/app", {{"token_type", "weird"}}) ==
        "invalid 'token_type' value \"weird\"");
}

TEST_CASE("the policies of a directory's user are his own and those of his groups (R-720)") {
  auto ldap = vouched("ldap");
  REQUIRE(ldap.status("POST", "config", {{"url", "ldap://x"}, {"token_ttl", "5m"}}) == 204);
  REQUIRE(ldap.status("POST", "groups/ops", {{"policies", "Deploy"}}) == 204);
  REQUIRE(ldap.status("POST", "users/amy", {{"groups", "ops"}, {"policies", "own"}}) == 204);
  const auto amy = ldap.ask("POST", "login/amy", {{"password", "x"}});
  REQUIRE(amy.login);
  CHECK(amy.login->policies == std::vector<std::string>{"own", "deploy"});
  CHECK(amy.login->groups == std::vector<std::string>{"ops"});
  const auto bob = ldap.ask("POST", "login/bob", {{"password", "x"}});
  REQUIRE(bob.login);
  CHECK(bob.login->ttl == std::chrono::minutes{5});
  CHECK(ldap.data("GET", "config")["url"] == "ldap://x");
  CHECK(ldap.what().renew_login("amy", {"default", "deploy", "own"}).error.empty());
  CHECK(ldap.what().renew_login("amy", {"default"}).error == "policies have changed, not renewing");
}

TEST_CASE("a renewal asks for the role again (R-720)") {
  CHECK(vouched("jwt").what().renew_login("gone", {}).error ==
        "role gone does not exist during renewal");
  CHECK(vouched("cert").what().renew_login("gone", {}).nothing);
}
