// Shapes and statuses of answers (R-1201 to R-1206).

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

TEST_CASE("POST and PUT are the same (R-1201)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.ask("PUT", "auth/token/create", {{"ttl", "1h"}}).lease_duration() == 3600);
  CHECK(root.ask("POST", "auth/token/create", {{"ttl", "1h"}}).lease_duration() == 3600);
}

TEST_CASE("a body has its keys, nothing to say is a 204, reading nothing a 404 (R-1202)") {
  estate_probe estate;
  names keys;
  auto seen = estate.root().look();
  for (const auto& [key, value] : seen.body.items())
    keys.push_back(key);
  CHECK(keys ==
        names{"auth", "data", "lease_duration", "lease_id", "renewable", "warnings", "wrap_info"});
  auto nothing = estate.root().post("auth/token/revoke", {{"token", "none"}});
  CHECK(nothing.status == 204);
  CHECK(nothing.body.is_null());
  auto none = estate.root().get("cubbyhole/none");
  CHECK(none.status == 404);
  CHECK(none.body == json{{"errors", json::array()}});
}

TEST_CASE("each kind of failure has its status (R-1203)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.post("auth/token/renew", {{"token", "none"}}).status == 400);
  CHECK(estate.nobody().look().status == 403);
  CHECK(root.get("nowhere/x").status == 404);
  CHECK(root.get("auth/token/nothing").status == 404);
  CHECK(root.remove("auth/token/create").status == 405);
  estate.create("t", {{"policies", {"default"}}, {"explicit_max_ttl", "1s"}});
  estate.at("1s");
  CHECK(estate.as("t").renew().status == 500);
  root.post("sys/seal");
  auto sealed = root.look();
  CHECK(sealed.status == 503);
  CHECK(sealed.error() == "Vault is sealed");
}

TEST_CASE("an error response is bare, an error through the core is wrapped in a list (R-1204)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}});
  CHECK(estate.root().post("auth/token/renew", {{"token", "none"}}).error() == "token not found");
  CHECK(estate.as("t").get("sys/mounts").error() == "1 error occurred:\n\t* permission denied\n\n");
}

TEST_CASE("durations are seconds as numbers, and may have units as text (R-1205)") {
  estate_probe estate;
  for (json asked : {json(5400), json("5400"), json("90m"), json("1h30m")})
    CHECK(estate.create("t", {{"ttl", asked}}).lease_duration() == 5400);
  CHECK(estate.look("t")["ttl"] == 5400);
}

TEST_CASE(
    "a path without a mount is a 404 for who may go there, and a 403 for others (R-1203, R-653)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}});
  CHECK(estate.root().get("nowhere/x").error() ==
        "no handler for route \"nowhere/x\". route entry not found.");
  CHECK(estate.as("t").get("nowhere/x").error() == wrapped("permission denied"));
  auto login = estate.nobody().post("auth/none/login/bob", {{"password", "pw"}});
  CHECK(login.status == 403);
  CHECK(login.error() == "permission denied");
}
