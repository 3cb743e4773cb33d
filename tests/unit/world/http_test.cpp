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

TEST_CASE("HEAD has no body, and no path knows it (R-1222)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}});
  CHECK(estate.root().ask("HEAD", "auth/token/lookup-self", nullptr).status == 405);
  CHECK(estate.as("t").ask("HEAD", "auth/token/lookup-self", nullptr).status == 403);
  const auto health = estate.nobody().ask("HEAD", "sys/health", nullptr);
  CHECK(health.status == 200);
  CHECK(health.body.is_null());
}

TEST_CASE("a scan of nothing is no error (R-1222)") {
  estate_probe estate;
  estate.root().post("sys/mounts/kv", {{"type", "kv-v1"}});
  const auto found = estate.root().ask("SCAN", "kv", nullptr);
  CHECK(found.status == 200);
  CHECK(found.body["data"] == json::object());
}

TEST_CASE("relative paths are refused, also while the server is sealed (R-1219)") {
  estate_probe estate;
  estate.root().post("sys/seal");
  const auto refused = estate.root().get("kv/%2e/x");
  CHECK(refused.status == 400);
  CHECK(refused.error() == "relative paths not supported");
}

TEST_CASE("any token may ask for help (R-1223)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}});
  CHECK(estate.as("t").get("sys/leases/lookup/x?help=1").status == 200);
  CHECK(estate.as("t")
            .get("auth/token?help=1")
            .body["help"]
            .get<std::string>()
            .find("^lookup-self$") != std::string::npos);
  CHECK(estate.nobody().get("sys/mounts?help=1").status == 403);
}

TEST_CASE("a client sees the mounts its policies let it use (R-1224)") {
  estate_probe estate;
  auto root = estate.root();
  root.post("sys/mounts/kv", {{"type", "kv-v1"}});
  root.post("sys/mounts/open", {{"type", "kv-v1"}, {"config", {{"listing_visibility", "unauth"}}}});
  root.post("sys/policies/acl/p", {{"policy", R"(path "kv/a/+/b" { capabilities = ["read"] })"}});
  estate.create("t", {{"policies", {"p"}}, {"no_default_policy", true}});
  auto t = estate.as("t");
  CHECK(t.get("sys/internal/ui/mounts/kv/a/x").body["data"]["path"] == "kv/");
  CHECK(t.get("sys/internal/ui/mounts/open/a").status == 403);
  const auto seen = t.get("sys/internal/ui/mounts").body["data"]["secret"];
  CHECK(seen.contains("kv/"));
  CHECK(seen.contains("open/"));
  CHECK_FALSE(seen.contains("sys/"));
  const auto nobody = estate.nobody().get("sys/internal/ui/mounts").body["data"];
  CHECK(nobody["secret"]["open/"].size() == 3);
  CHECK_FALSE(nobody["secret"].contains("kv/"));
  CHECK(estate.nobody().get("sys/internal/ui/mounts/open").error() == "permission denied");
  root.post("sys/policies/acl/q",
            {{"policy", R"(path "sys/internal/ui/resultant-acl" { capabilities = ["read"] }
path "kv/*" { capabilities = ["deny"] })"}});
  estate.create("u", {{"policies", {"q"}}, {"no_default_policy", true}});
  const auto rights = estate.as("u").get("sys/internal/ui/resultant-acl").body["data"];
  CHECK(rights["glob_paths"] == json{{"kv/", {{"capabilities", {"deny"}}}}});
  CHECK(rights["root"] == false);
}

TEST_CASE("the query chooses the status of sys/health (R-1225)") {
  estate_probe estate;
  auto nobody = estate.nobody();
  CHECK(nobody.get("sys/health?activecode=299").status == 299);
  CHECK(nobody.get("sys/health?sealedcode=abc").status == 400);
  CHECK(nobody.get("sys/health?standbyok=maybe").status == 400);
  CHECK(nobody.ask("DELETE", "sys/health", nullptr).body == json{{"errors", json::array()}});
  estate.root().post("sys/seal");
  CHECK(nobody.get("sys/health?sealedcode=200&activecode=299").status == 200);
  CHECK(nobody.get("sys/health").status == 503);
}

TEST_CASE("only the right key opens a sealed server (R-1225)") {
  estate_probe estate;
  auto nobody = estate.nobody();
  estate.root().post("sys/seal");
  auto open = [&](json body) { return nobody.post("sys/unseal", std::move(body)); };
  CHECK(open(json::object()).status == 400);
  CHECK(open({{"key", "nope"}}).error() == "invalid key: key is shorter than minimum 16 bytes");
  CHECK(open({{"key", "00"}}).error() == "'key' must be a valid hex or base64 string");
  CHECK(open({{"key", 5}}).error() ==
        "failed to decode JSON input: json: cannot unmarshal number into Go struct field "
        "UnsealRequest.Key of type string");
  CHECK(open({{"key", std::string(64, 'a')}}).status == 500);
  CHECK(open({{"reset", true}}).body["sealed"] == true);
  CHECK(open({{"KEY", unseal_key}}).body["sealed"] == false);
  CHECK(open({{"reset", true}}).error() == "vault is unsealed");
}
