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
  "revocation_statements":[],"rollback_statements":null})";

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
token_roles:
  nomad: {"allowed_policies":"db,kv","name":"nomad","orphan":true}
steps:
  - { create: t }
)");
  const auto role = written(plan, "db/roles/web");
  CHECK(role["creation_statements"] == nlohmann::json{"CREATE ROLE"});
  CHECK(role["db_name"] == "pg");
  CHECK(written(plan, "db/config/pg")["allowed_roles"] == "*");
  CHECK(written(plan, "auth/ar/role/web")["token_ttl"] == 1200);
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
