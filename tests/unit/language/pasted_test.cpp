// Users and roles as `vault read -format=json` prints them.

#include "sim/run/runner.hpp"
#include "tests/support/load_plan.hpp"

#include <filesystem>
#include <fstream>

using namespace lapse;

namespace {

/// The bodies that the set-up writes at `path`.
nlohmann::json written(const lapse::plan::plan& plan, std::string_view path) {
  for (const auto& setup : plan.setup)
    if (setup.what->path == path)
      return setup.what->body;
  return nullptr;
}

constexpr auto database_role =
    R"({"creation_statements":["CREATE ROLE"],"credential_type":"password",
  "db_name":"pg","default_ttl":3600,"max_ttl":86400,"renew_statements":[],
  "revocation_statements":[],"rollback_statements":null,
  "credential_config":{"password_policy":"long"}})";

// Roles of OpenBao 2.6.2 with all that it shows of them, old names of fields included.
constexpr auto kubernetes_role =
    R"({"alias_name_source":"serviceaccount_uid","bound_service_account_names":["a"],
  "bound_service_account_namespace_selector":"","bound_service_account_namespaces":["b"],
  "token_bound_cidrs":[],"token_explicit_max_ttl":0,"token_max_ttl":0,"token_num_uses":0,
  "token_no_default_policy":false,"token_period":0,"token_policies":["ci"],
  "token_strictly_bind_ip":false,"token_ttl":1800,"token_type":"default"})";
constexpr auto jwt_role =
    R"({"allowed_redirect_uris":null,"bound_audiences":["a"],"bound_claims":null,
  "bound_claims_type":"string","bound_subject":"","callback_mode":"client","claim_mappings":null,
  "clock_skew_leeway":0,"expiration_leeway":0,"groups_claim":"","max_age":0,
  "not_before_leeway":0,"oauth2_metadata":["id_token"],"oidc_disable_confirmation":false,
  "oidc_scopes":null,"poll_interval":5,"role_type":"jwt","token_policies":["ci"],
  "token_policies_template_claims":false,"token_ttl":3600,"user_claim":"sub",
  "user_claim_json_pointer":false,"verbose_oidc_logging":false,"policies":["ci"],"ttl":3600,
  "max_ttl":7200,"period":0,"num_uses":0,"bound_cidrs":["127.0.0.1"]})";

} // namespace

TEST_CASE("a role is accepted as the server shows it, with its connection") {
  const auto plan = load_plan(std::string{R"(lapse: 1
secrets:
  db/: { type: database, roles: { web: )"} +
                              database_role + R"( } }
auth:
  ar/:
    type: approle
    roles:
      web: {"bind_secret_id":true,"local_secret_ids":false,
        "secret_id_bound_cidrs":null,"token_ttl":1200}
  k8s/: { type: kubernetes, roles: { web: )" +
                              kubernetes_role + R"( } }
  jwt/: { type: jwt, roles: { web: )" +
                              jwt_role + R"( } }
token_roles:
  nomad: {"allowed_policies":"db,kv","name":"nomad","orphan":true}
steps:
  - { create: t }
)");
  const auto role = written(plan, "db/roles/web");
  CHECK(role["creation_statements"] == nlohmann::json{"CREATE ROLE"});
  CHECK(role["db_name"] == "pg");
  CHECK(written(plan, "db/config/pg")["allowed_roles"] == "*");
  CHECK(role["credential_config"] == nlohmann::json{{"password_policy", "long"}});
  CHECK(written(plan, "auth/ar/role/web")["token_ttl"] == 1200);
  CHECK(written(plan, "auth/k8s/role/web")["token_ttl"] == 1800);
  CHECK(written(plan, "auth/jwt/role/web")["bound_cidrs"] == nlohmann::json{"127.0.0.1"});
  CHECK_FALSE(written(plan, "auth/token/roles/nomad").contains("name"));
}

TEST_CASE("a role is accepted as the whole answer of the server") {
  const auto plan = load_plan(R"(lapse: 1
auth:
  ar/:
    type: approle
    roles:
      web: {"request_id":"1","lease_id":"",
        "renewable":false,"lease_duration":0,"data":{"token_ttl":60},"warnings":null}
steps:
  - { create: t }
)");
  CHECK(written(plan, "auth/ar/role/web")["token_ttl"] == 60);
}

TEST_CASE("a role is accepted from a file of its own") {
  const auto folder = std::filesystem::temp_directory_path() / "lapse_pasted_test";
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "role.json"} << R"({"data":{"default_ttl":60},"lease_duration":0})";
  std::ofstream{folder / "list.json"} << "[1]";
  auto load = [&](const std::string& file) {
    return language::load_scenario(
        "lapse: 1\nsecrets:\n  db/: { type: database, roles: { r: { file: " + file +
            " } } }\nsteps:\n  - { create: t }\n",
        "test", {{}, folder.string(), {}});
  };
  const auto good = load("role.json");
  REQUIRE(good.has_value());
  CHECK(written(*good, "db/roles/r")["default_ttl"] == 60);
  const auto list = load("list.json");
  REQUIRE_FALSE(list.has_value());
  CHECK(to_string(list.error().front()).find("is no JSON object") != std::string::npos);
  CHECK_FALSE(load("none.json").has_value());
  std::filesystem::remove_all(folder);
}
