// Section 17 of the rules: what a live server answered, where no other file here has it already.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

#include <algorithm>

using namespace lapse;
using json = nlohmann::json;

TEST_CASE("a 202 with a warning has a body, that of an asynchronous revocation has none (R-1701)") {
  estate_probe estate;
  CHECK(estate.root().post("auth/token/tidy").body.size() == 7);
  auto queued = estate.root().post("sys/leases/revoke", {{"lease_id", "a/b"}, {"sync", false}});
  CHECK(queued.status == 202);
  CHECK(queued.body.is_null());
  CHECK_FALSE(estate.nobody().get("sys/health").body.contains("lease_id"));
}

TEST_CASE("listings of mounts, tunes and capabilities stand at top level too (R-1702)") {
  estate_probe estate;
  for (auto path : {"sys/auth", "sys/mounts", "sys/auth/token/tune"}) {
    auto seen = estate.root().get(path);
    auto data = seen.data();
    REQUIRE(data.is_object());
    for (const auto& [key, value] : data.items())
      CHECK(seen.body[key] == value);
  }
  CHECK(estate.root().get("sys/auth").body.contains("token/"));
}

TEST_CASE("a bare 403 speaks of the token, a wrapped one of its policies (R-1703)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}, {"num_uses", 1}});
  CHECK(estate.as("t").get("sys/mounts").error() == wrapped("permission denied"));
  CHECK(estate.as("t").get("sys/mounts").error() == "permission denied");
  CHECK(estate.nobody().get("sys/mounts").error() == "permission denied");
}

TEST_CASE("deleting what is absent is a success, reading it a 404, lists go both ways (R-1704)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.remove("auth/token/roles/none").status == 204);
  CHECK(root.remove("sys/policies/acl/none").status == 204);
  CHECK(root.get("auth/token/roles/none").body == json{{"errors", json::array()}});
  CHECK(root.list("auth/token/roles").status == 404);
  root.post("auth/token/roles/r");
  CHECK(root.list("auth/token/roles").data() == root.list("auth/token/roles/").data());
}

TEST_CASE("a token without policies shows an empty list, a batch token none (R-1705)") {
  estate_probe estate;
  estate.policy("maker", R"(path "auth/token/create" { capabilities = ["update"] })");
  json none{{"no_default_policy", true}, {"policies", {"default"}}};
  auto made = estate.create("t", none);
  CHECK(made.auth()["policies"] == json::array());
  CHECK_FALSE(made.auth().contains("token_policies"));
  CHECK(estate.look("t")["policies"] == json::array());
  none["type"] = "batch";
  estate.create("b", none);
  CHECK(estate.look("b")["policies"].is_null());
}

TEST_CASE("warnings come in order: merge, cap, chosen id, missing policies (R-1706)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/r", {{"token_explicit_max_ttl", "2h"}});
  auto warnings =
      estate
          .create(
              "t",
              {{"explicit_max_ttl", "1h"}, {"ttl", "3h"}, {"id", "mine"}, {"policies", {"y", "x"}}},
              "root", "auth/token/create/r")
          .warnings();
  REQUIRE(warnings.size() == 5);
  CHECK(warnings[0].substr(0, 16) == "Explicit max TTL");
  CHECK(warnings[1].substr(0, 6) == "TTL of");
  CHECK(warnings[2].substr(0, 9) == "Supplying");
  CHECK(warnings[3] == "Policy \"x\" does not exist");
  CHECK(warnings[4] == "Policy \"y\" does not exist");
}

TEST_CASE("a renewal shows uses and orphan as at creation (R-1707)") {
  estate_probe estate;
  estate.create("p");
  estate.create("t", {{"policies", {"default"}}, {"num_uses", 5}}, "p");
  estate.root().post("auth/token/revoke-orphan", {{"token", estate.id("p")}});
  auto renewed = estate.as("t").renew().auth();
  CHECK(renewed["num_uses"] == 5);
  CHECK(renewed["orphan"] == false);
  CHECK(estate.look("t")["num_uses"] == 4);
  CHECK(estate.look("t")["orphan"] == true);
}

TEST_CASE("durations shown drop their fraction, instants keep it (R-1708)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}, {"ttl", "90500ms"}});
  CHECK(estate.look("t")["creation_ttl"] == 90);
  CHECK(estate.look("t")["expire_time"] == "2026-01-01T00:01:30.5Z");
  estate.at("1250ms");
  estate.as("t").renew();
  CHECK(estate.look("t")["last_renewal"] == "2026-01-01T00:00:01.25Z");
  CHECK(estate.look("t")["last_renewal_time"] == 1767225601);
}

TEST_CASE("parameters are taken from what comes near their type (R-1709)") {
  estate_probe estate;
  auto ask = [&](json body) { return estate.create("t", std::move(body)); };
  CHECK(ask({{"policies", 5}}).auth()["policies"] == json{"5", "default"});
  CHECK(ask({{"policies", "a,b"}}).auth()["policies"] == json{"a,b", "default"});
  CHECK(ask({{"num_uses", "3"}}).auth()["num_uses"] == 3);
  CHECK(ask({{"meta", {{"k", 5}}}}).auth()["metadata"] == json{{"k", "5"}});
  CHECK(ask({{"ttl", nullptr}, {"policies", {"a"}}}).lease_duration() == 2764800);
  CHECK(ask({{"renewable", "maybe"}}).error() ==
        "Field validation failed: error converting input for field \"renewable\": '' cannot parse "
        "value as 'bool': strconv.ParseBool: invalid syntax");
  CHECK(ask({{"type", "Service"}}).error() == "invalid 'token_type' value");
}

TEST_CASE("a duration that cannot be read says so, in full only for TTLs (R-1710)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}});
  CHECK(estate.create("x", {{"ttl", "abc"}}).error() == "time: invalid duration \"abc\"");
  CHECK(estate.create("x", {{"explicit_max_ttl", "1w"}}).error() ==
        "time: unknown unit \"w\" in duration \"1w\"");
  CHECK(estate.create("x", {{"ttl", "1d"}}).lease_duration() == 86400);
  CHECK(estate.as("t").renew({{"increment", "abc"}}).error() ==
        "Field validation failed: error converting input for field \"increment\": time: invalid "
        "duration \"abc\"");
  CHECK(estate.as("t").renew({{"increment", nullptr}}).lease_duration() == 2764800);
}

TEST_CASE("a write to a role or user changes what it gives and no more (R-1711)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/r", {{"token_period", "1h"}, {"orphan", true}});
  estate.root().post("auth/token/roles/r", {{"token_num_uses", 3}});
  auto role = estate.root().get("auth/token/roles/r").data();
  CHECK(role["token_period"] == 3600);
  CHECK(role["orphan"] == true);
  CHECK(role["token_num_uses"] == 3);
}

TEST_CASE("a role reads back with its defaults, its errors are bare (R-1712)") {
  estate_probe estate;
  auto write = [&](json body) { return estate.root().post("auth/token/roles/r", std::move(body)); };
  CHECK(write({{"token_explicit_max_ttl", "-5"}}).error() ==
        "error converting input for field \"token_explicit_max_ttl\": cannot provide negative "
        "value '-5'");
  CHECK(write({{"token_type", "weird"}}).error() == "invalid 'token_type' value \"weird\"");
  CHECK(write({{"path_suffix", "v1"}}).error() ==
        "given role path suffix contains invalid characters; must match \\w[\\w-.]+\\w");
  auto both = write({{"token_period", "1h"}, {"period", "2h"}});
  CHECK(both.status == 200);
  CHECK(both.warnings() == names{"Both 'token_period' and deprecated 'period' value supplied, "
                                 "ignoring the deprecated value"});
  auto role = estate.root().get("auth/token/roles/r").data();
  CHECK(role["token_type"] == "default-service");
  CHECK(role["renewable"] == true);
  CHECK(role["token_period"] == 3600);
}

TEST_CASE("a user reads back with its defaults and its policies as written (R-1713)") {
  estate_probe estate;
  estate.user("bob", {{"token_policies", "a, B,a"}});
  auto user = estate.root().get("auth/userpass/users/bob").data();
  CHECK(user["token_policies"] == json{"a", "B", "a"});
  CHECK(user["token_type"] == "default");
  CHECK(user["token_bound_cidrs"] == json::array());
  CHECK(user["token_ttl"] == 0);
}

TEST_CASE("approle logs in with a role id and a secret id (R-1714)") {
  estate_probe estate;
  estate.root().post("sys/auth/approle", {{"type", "approle"}});
  estate.root().post("auth/approle/role/ci", {{"token_ttl", "1h"}});
  auto id = estate.root().get("auth/approle/role/ci/role-id").data()["role_id"];
  auto secret = estate.root().post("auth/approle/role/ci/secret-id").data()["secret_id"];
  auto log_in = [&](json with) {
    return estate.keep(
        "ci", estate.nobody().post("auth/approle/login", {{"role_id", id}, {"secret_id", with}}));
  };
  CHECK(log_in("wrong").error() == "invalid role or secret ID");
  CHECK(log_in(secret).status == 200);
  auto seen = estate.look("ci");
  CHECK(seen["path"] == "auth/approle/login");
  CHECK(seen["display_name"] == "approle");
  CHECK(seen["meta"] == json{{"role_name", "ci"}});
}

TEST_CASE("a policy that cannot be read is refused with its reason (R-1716)") {
  estate_probe estate;
  auto write = [&](const char* text) {
    return estate.root().post("sys/policies/acl/p", {{"policy", text}});
  };
  CHECK(write("").error() == "'policy' parameter not supplied or empty");
  CHECK(write("path \"a/+*\" {}").error() ==
        "failed to parse policy: path \"a/+*\": invalid use of wildcards ('+*' is forbidden)");
  CHECK(write("path \"a+\" { capabilities = [\"read\"] }").status == 204);
}

TEST_CASE(
    "a bad wrapping header is refused, a wrapping token is good for unwrapping only (R-1717)") {
  estate_probe estate;
  CHECK(estate.root().wrapping("1w").look().error() ==
        "error parsing X-Vault-Wrap-TTL header: time: unknown unit \"w\" in duration \"1w\"");
  CHECK(estate.root().wrapping("-5s").look().error() ==
        "error parsing X-Vault-Wrap-TTL header: requested wrap ttl cannot be negative");
  estate.keep("w", estate.root().wrapping("1h").post("auth/token/create"));
  auto denied = estate.as("w").look();
  CHECK(denied.status == 403);
  CHECK(denied.error() == wrapped("permission denied"));
  CHECK(estate.as("w").post("sys/wrapping/unwrap").status == 400);
}

TEST_CASE("a cubbyhole is read, listed and emptied by its token (R-1718)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.post("cubbyhole/a/b", {{"v", 1}}).status == 204);
  CHECK(root.list("cubbyhole").data()["keys"] == json{"a/"});
  CHECK(root.get("cubbyhole/a/b").body["lease_duration"] == 0);
  CHECK(root.remove("cubbyhole/a/b").status == 204);
  CHECK(root.get("cubbyhole/a/b").status == 404);
}

TEST_CASE("a database gives out renewable credentials, its renewal shows no data (R-1719)") {
  estate_probe estate;
  estate.database({{"default_ttl", "0s"}});
  estate.root().post("sys/mounts/db/tune", {{"default_lease_ttl", "2h"}});
  estate.create("app", {{"policies", {"db"}}});
  auto made = estate.lease_of("key", "app");
  CHECK(made.data().contains("username"));
  CHECK(made.data().contains("password"));
  CHECK(made.body["renewable"] == true);
  CHECK(made.lease_duration() == 7200);
  auto renewed = estate.root().post("sys/leases/renew", {{"lease_id", estate.lease("key")}});
  CHECK(renewed.data().is_null());
}

TEST_CASE("a certificate has a lease only where its role says so, never renewable (R-1720)") {
  estate_probe estate;
  auto root = estate.root();
  root.post("sys/mounts/pki", {{"type", "pki"}});
  CHECK(root.post("pki/root/generate/internal", {{"common_name", "ca"}}).status == 200);
  CHECK(root.post("pki/roles/leased",
                  {{"allow_any_name", true}, {"generate_lease", true}, {"ttl", "1h"}})
            .status == 200);
  root.post("pki/roles/plain", {{"allow_any_name", true}});
  estate.at("1700ms");
  auto cert = estate.keep("cert", root.post("pki/issue/leased", {{"common_name", "a"}}));
  CHECK(cert.body["renewable"] == false);
  CHECK(estate.look_lease("cert").data()["expire_time"] == "2026-01-01T01:00:01Z");
  CHECK(root.post("pki/issue/plain", {{"common_name", "a"}}).body["lease_id"] == "");
}

TEST_CASE("tunes show what is in force, and refuse what is unknown (R-1721)") {
  estate_probe estate;
  auto root = estate.root();
  auto tune = root.get("sys/auth/token/tune").data();
  CHECK(tune["default_lease_ttl"] == 2764800);
  CHECK(tune["token_type"] == "default-service");
  CHECK(root.get("sys/auth/none/tune").error() == "cannot fetch sysview for path \"auth/none/\"");
  CHECK(root.post("sys/auth/none/tune", {{"max_lease_ttl", "1h"}}).error() ==
        "tune of path \"auth/none/\" failed: no mount entry found");
  root.post("sys/mounts/kv", {{"type", "kv"}});
  CHECK(root.post("sys/mounts/kv", {{"type", "kv"}}).error() == "path is already in use at kv/");
  CHECK(root.post("sys/mounts/x", {{"type", "ghost"}}).error() ==
        "plugin not found in the catalog: ghost");
}

TEST_CASE("without irrevocable leases the lists are empty, and force is a 204 (R-1722)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.get("sys/leases?type=irrevocable").data() ==
        json{{"lease_count", 0}, {"leases", json::array()}});
  CHECK(root.get("sys/leases/count?type=irrevocable").data() ==
        json{{"lease_count", 0}, {"counts", json::object()}});
  CHECK(root.post("sys/leases/revoke-force/none").status == 204);
  CHECK(root.post("sys/seal").status == 204);
  CHECK(root.look().error() == "Vault is sealed");
}

TEST_CASE("children carry the entity of the login above them, orphans none (R-1723)") {
  estate_probe estate;
  estate.policy("maker", R"(path "auth/token/create*" { capabilities = ["update"] })");
  estate.user("bob", {{"token_policies", {"maker"}}});
  estate.log_in("bob", "bob");
  estate.create("c", json::object(), "bob");
  estate.create("o", json::object(), "bob", "auth/token/create-orphan");
  auto entity = estate.look("bob")["entity_id"];
  CHECK(entity.get<std::string>().size() == 36);
  CHECK(estate.look("c")["entity_id"] == entity);
  CHECK(estate.look("o")["entity_id"] == "");
}
