// Sections 6.1, 6.2 and 6.4 of the rules: which answers have leases, whose they are, and what one
// may do with them.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

struct leased : estate_probe {
  explicit leased(json role = {{"default_ttl", "1h"}, {"max_ttl", "24h"}}) {
    database(std::move(role));
    create("app", {{"policies", {"db"}}});
  }
  reply revoke(const std::string& handle, json body = json::object()) {
    body["lease_id"] = lease(handle);
    return root().post("sys/leases/revoke", std::move(body));
  }
  reply prefix(const std::string& path, json body = json::object()) {
    return root().post("sys/leases/revoke-prefix/" + path, std::move(body));
  }
  [[nodiscard]] bool there(const std::string& handle) { return look_lease(handle).status == 200; }
};

} // namespace

TEST_CASE("a secret has a lease, what kv stores has none (R-601)") {
  leased estate;
  CHECK_FALSE(estate.lease_of("key", "app").body["lease_id"] == "");
  estate.root().post("sys/mounts/one", {{"type", "kv"}});
  estate.root().post("sys/mounts/two", {{"type", "kv"}, {"options", {{"version", "2"}}}});
  estate.root().post("one/a", {{"ttl", "5m"}});
  estate.root().post("two/data/a", {{"data", {{"ttl", "5m"}}}});
  auto one = estate.root().get("one/a");
  CHECK(one.body["lease_id"] == "");
  CHECK(one.body["renewable"] == false);
  CHECK(one.lease_duration() == 300);
  estate.at("1h");
  CHECK(estate.root().get("one/a").status == 200);
  CHECK(estate.root().get("two/data/a").lease_duration() == 0);
}

TEST_CASE("a secret's TTL is its role's, cut with a warning at the mount's maximum (R-602)") {
  leased estate(json{{"default_ttl", "1000h"}});
  auto made = estate.lease_of("key", "app");
  CHECK(made.lease_duration() == 2764800);
  CHECK(made.warnings() == names{"TTL of \"1000h\" exceeded the effective max_ttl of \"768h\"; TTL "
                                 "value is capped accordingly"});
}

TEST_CASE("lease_duration is rounded to the nearest second (R-603)") {
  leased estate;
  estate.create("b", {{"type", "batch"}, {"policies", {"db"}}, {"ttl", "10m"}});
  estate.at("1400ms");
  CHECK(estate.lease_of("key", "b").lease_duration() == 599); // 598.6 s are left
}

TEST_CASE("a lease belongs to the service token, or to a batch token's parent (R-604)") {
  leased estate;
  estate.policy("db", R"(path "db/creds/*" { capabilities = ["read"] }
                         path "auth/token/create*" { capabilities = ["update"] })");
  estate.create("b", {{"type", "batch"}}, "app");
  estate.keep("o", estate.as("app").post("auth/token/create-orphan", {{"type", "batch"}}));
  estate.lease_of("k1", "app");
  estate.lease_of("k2", "b");
  estate.lease_of("k3", "o");
  auto made = estate.all<lease_created>();
  REQUIRE(made.size() == 3);
  CHECK(made[0].second.owner == parse_token(estate.id("app")));
  CHECK(made[1].second.owner == parse_token(estate.id("app")));
  CHECK_FALSE(made[2].second.owner);
  estate.root().post("auth/token/revoke", {{"token", estate.id("app")}});
  CHECK_FALSE(estate.there("k1"));
  CHECK_FALSE(estate.there("k2"));
  CHECK(estate.there("k3"));
}

TEST_CASE("a lease is cut to a batch token's end and to no other's (R-605)") {
  leased estate(json{{"default_ttl", "768h"}});
  estate.create("short", {{"policies", {"db"}}, {"ttl", "5m"}});
  CHECK(estate.lease_of("k1", "short").lease_duration() == 2764800);
  estate.create("b", {{"type", "batch"}, {"policies", {"db"}}, {"ttl", "5m"}});
  CHECK(estate.lease_of("k2", "b").lease_duration() == 300);
  estate.after("5m");
  CHECK_FALSE(estate.there("k1"));
}

TEST_CASE("a token's lease is issued with the token and ends with its TTL (R-608)") {
  leased estate;
  estate.at("1500ms");
  estate.create("t", {{"policies", {"default"}}, {"ttl", "1h"}});
  estate.create("r");
  CHECK(estate.look("t")["issue_time"] == "2026-01-01T00:00:01.5Z");
  CHECK(estate.look("t")["expire_time"] == "2026-01-01T01:00:01.5Z");
  CHECK(estate.look("r")["expire_time"].is_null());
}

TEST_CASE("a batch token has no lease of its own (R-609)") {
  leased estate;
  estate.create("b", {{"type", "batch"}, {"policies", {"default"}}});
  CHECK(estate.root().list("sys/leases/lookup/auth/token/create").data()["keys"].size() == 1);
}

TEST_CASE("listing and revoking by prefix ask for sudo, single leases do not (R-611)") {
  leased estate;
  estate.policy("verbs", R"(path "sys/leases*" {
      capabilities = ["create", "read", "update", "delete", "list"] })");
  estate.create("op", {{"policies", {"verbs"}}});
  estate.lease_of("key", "app");
  auto op = estate.as("op");
  CHECK(op.get("sys/leases?type=irrevocable").status == 403);
  CHECK(op.list("sys/leases/lookup/db/creds").status == 403);
  CHECK(op.post("sys/leases/revoke-prefix/none").status == 403);
  CHECK(op.post("sys/leases/revoke-force/none").status == 403);
  CHECK(op.get("sys/leases/count?type=irrevocable").status == 200);
  CHECK(op.post("sys/leases/tidy").status == 202);
  CHECK(op.post("sys/leases/lookup", {{"lease_id", estate.lease("key")}}).status == 200);
  CHECK(op.post("sys/leases/renew", {{"lease_id", estate.lease("key")}}).status == 200);
  CHECK(op.post("sys/leases/revoke", {{"lease_id", estate.lease("key")}}).status == 204);
}

TEST_CASE("a lease is looked up by its id, a token's too (R-612)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.at("10m");
  auto look = [&](const std::string& id) {
    return estate.root().post("sys/leases/lookup", {{"lease_id", id}});
  };
  CHECK(look("").error() == "lease_id must be specified");
  CHECK(look("none").error() == "invalid lease");
  CHECK(look(estate.lease("key")).data() == json{{"id", estate.lease("key")},
                                                 {"issue_time", "2026-01-01T00:00:00Z"},
                                                 {"expire_time", "2026-01-01T01:00:00Z"},
                                                 {"last_renewal", nullptr},
                                                 {"ttl", 3000},
                                                 {"renewable", true},
                                                 {"path", "db/creds/app"}});
  auto of_token = estate.root().list("sys/leases/lookup/auth/token/create").data()["keys"][0];
  CHECK(look("auth/token/create/" + of_token.get<std::string>()).data()["path"] ==
        "auth/token/create");
}

TEST_CASE("leases are listed one level deep (R-613)") {
  leased estate;
  estate.lease_of("key", "app");
  auto list = [&](const char* prefix) {
    return estate.root().list("sys/leases/lookup/" + std::string{prefix});
  };
  CHECK(list("").data()["keys"] == json{"auth/", "db/"});
  CHECK(list("db").data()["keys"] == json{"creds/"});
  CHECK("db/creds/app/" + list("db/creds/app/").data()["keys"][0].get<std::string>() ==
        estate.lease("key"));
  CHECK(list("none").status == 404);
}

TEST_CASE("revoking a lease waits for the backend unless sync is false (R-614)") {
  leased estate;
  for (auto key : {"k1", "k2", "k3", "k4"})
    estate.lease_of(key, "app");
  CHECK(estate.root().post("sys/leases/revoke", {{"lease_id", "db/creds/app/x"}}).status == 204);
  CHECK(estate.root()
            .post("sys/leases/revoke", {{"lease_id", "db/creds/app/x"}, {"sync", false}})
            .status == 202);
  CHECK(estate.revoke("k1").status == 204);
  CHECK_FALSE(estate.there("k1"));
  CHECK(estate.revoke("k2", {{"sync", false}}).status == 202);
  CHECK_FALSE(estate.there("k2"));
  estate.break_database();
  auto refused = estate.revoke("k3");
  CHECK(refused.status == 400);
  CHECK(refused.error().substr(0, 69) ==
        "failed to revoke entry: resp: (*logical.Response)(nil) err: " +
            refused.error().substr(60, 9));
  CHECK(estate.stands("k3"));
  CHECK(estate.revoke("k4", {{"sync", false}}).status == 202);
  CHECK(estate.there("k4"));
  CHECK_FALSE(estate.stands("k4"));
}

TEST_CASE("a synchronous revocation of a token's lease takes its tree (R-615)") {
  leased estate;
  estate.create("p", {{"policies", {"root"}}, {"ttl", "1h"}});
  estate.create("c", {{"policies", {"default"}}}, "p");
  auto id =
      "auth/token/create/" + salted_text({*parse_token(estate.id("p")), token_type::service, {}});
  CHECK(estate.root().post("sys/leases/revoke", {{"lease_id", id}}).status == 204);
  CHECK_FALSE(estate.works("p"));
  CHECK_FALSE(estate.works("c"));
}

TEST_CASE("a prefix is whole segments, and the first failure stops it (R-616)") {
  leased estate;
  for (auto key : {"k1", "k2", "k3"})
    estate.lease_of(key, "app");
  CHECK(estate.prefix("db/cre").status == 204);
  CHECK(estate.there("k1"));
  CHECK(estate.prefix(estate.lease("k1")).status == 204);
  CHECK_FALSE(estate.there("k1"));
  estate.lease_of("k1", "app");
  estate.refuse_revocation("k3");
  auto stopped = estate.prefix("db");
  CHECK(stopped.status == 400);
  CHECK(stopped.error().substr(0, 20 + estate.lease("k3").size() + 9) ==
        "failed to revoke \"" + estate.lease("k3") + "\" (2 / 3): ");
  CHECK_FALSE(estate.there("k2"));
  CHECK(estate.there("k3"));
  CHECK(estate.there("k1"));
  CHECK(estate.prefix("db", {{"sync", false}}).status == 202);
  CHECK_FALSE(estate.there("k1"));
  CHECK(estate.prefix("none").status == 204);
  CHECK(estate.prefix("none", {{"sync", false}}).status == 202);
}

TEST_CASE("a prefix reaches tokens by their path, and their children (R-617)") {
  leased estate;
  estate.user("bob");
  estate.user("bobby");
  estate.policy("default", R"(path "auth/token/create*" { capabilities = ["update"] }
                              path "auth/token/lookup-self" { capabilities = ["read"] })");
  estate.root().post("auth/token/roles/r");
  estate.log_in("bob", "bob");
  estate.log_in("bobby", "bobby");
  estate.create("of bob", json::object(), "bob", "auth/token/create");
  estate.create("direct");
  estate.create("role", json::object(), "root", "auth/token/create/r");
  estate.create("orphan", json::object(), "root", "auth/token/create-orphan");
  estate.prefix("auth/userpass/login/bob");
  CHECK_FALSE(estate.works("bob"));
  CHECK_FALSE(estate.works("of bob"));
  CHECK(estate.works("bobby"));
  estate.prefix("auth/token/create/r");
  CHECK_FALSE(estate.works("role"));
  CHECK(estate.works("direct"));
  estate.prefix("auth/token/create");
  CHECK_FALSE(estate.works("direct"));
  CHECK(estate.works("orphan"));
  CHECK(estate.works("root"));
}

TEST_CASE("a forced revocation drops the lease and leaves the credential (R-618)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  CHECK(estate.root().post("sys/leases/revoke-force/db").status == 204);
  CHECK_FALSE(estate.there("key"));
  CHECK(estate.all<credential_changed>().size() == 1);
}

TEST_CASE("irrevocable leases are listed and counted (R-619)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  estate.revoke("key", {{"sync", false}});
  estate.at("20m");
  auto list = estate.root().get("sys/leases?type=irrevocable").data();
  CHECK(list["lease_count"] == 1);
  CHECK(list["leases"][0]["lease_id"] == estate.lease("key"));
  auto count = estate.root().get("sys/leases/count?type=irrevocable").data();
  CHECK(count["lease_count"] == 1);
  CHECK(count["counts"][list["leases"][0]["mount_id"].get<std::string>()] == 1);
  CHECK(estate.root().get("sys/leases?type=other").status == 404);
  CHECK(estate.root().get("sys/leases/count").status == 404);
}

TEST_CASE("tidy of leases takes those of batch tokens that are over (R-620)") {
  leased estate;
  estate.policy("db", R"(path "db/creds/*" { capabilities = ["read"] }
                         path "auth/token/create*" { capabilities = ["update"] })");
  estate.keep(
      "o", estate.as("app").post("auth/token/create-orphan", {{"type", "batch"}, {"ttl", "5m"}}));
  estate.lease_of("key", "o");
  estate.break_database();
  estate.at("6m"); // cut to the token's end, its revocation fails
  CHECK(estate.there("key"));
  auto started = estate.root().post("sys/leases/tidy");
  CHECK(started.status == 202);
  CHECK(started.warnings().size() == 1);
  CHECK_FALSE(estate.there("key"));
}

TEST_CASE("a secret being issued when its token is revoked has a lease without an owner (R-529)") {
  leased estate;
  auto seen =
      estate.together({{"app", "GET", "db/creds/app", {}},
                       {"root", "POST", "auth/token/revoke", {{"token", estate.id("app")}}}});
  CHECK(seen[1].status == 204);
  CHECK_FALSE(estate.works("app"));
  REQUIRE(seen[0].status == 200);
  estate.keep("key", seen[0]);
  CHECK_FALSE(estate.all<lease_created>().at(0).second.owner);
  CHECK(estate.stands("key"));
  estate.root().post("sys/leases/tidy");
  CHECK_FALSE(estate.there("key"));
}

// -- mounts ------------------------------------------------------------------------------------

TEST_CASE("disabling a secrets engine revokes its leases, and fails when one does (R-653)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  auto refused = estate.root().remove("sys/mounts/db");
  CHECK(refused.status == 400);
  CHECK(estate.as("app").get("db/creds/app").status == 404); // tainted, unusable
  estate.mend_database();
  CHECK(estate.root().remove("sys/mounts/db").status == 204);
  CHECK(estate.end_of_lease("key")->second == end_cause::mount);
  CHECK(estate.root().remove("sys/mounts/db").status == 204);
  auto gone = estate.as("app").get("db/creds/app");
  CHECK(gone.status == 404);
  CHECK(gone.error() == "no handler for route \"db/creds/app\". route entry not found.");
}

TEST_CASE("disabling an auth method revokes every token it made, with their trees (R-654)") {
  leased estate;
  estate.policy("make", R"(path "auth/token/create" { capabilities = ["update"] }
                           path "db/creds/*" { capabilities = ["read"] })");
  estate.user("bob", {{"token_policies", {"make"}}});
  estate.log_in("bob", "bob");
  estate.create("c", json::object(), "bob");
  estate.lease_of("key", "c");
  CHECK(estate.root().remove("sys/auth/token").error() ==
        "token credential backend cannot be disabled");
  CHECK(estate.root().remove("sys/auth/userpass").status == 204);
  CHECK_FALSE(estate.works("bob"));
  CHECK_FALSE(estate.works("c"));
  CHECK_FALSE(estate.stands("key"));
  CHECK(estate.end_of("bob")->second == end_cause::mount);
}

TEST_CASE(
    "a batch-owned lease is not renewed once the batch token's parent has ended (R-425, R-122)") {
  estate_probe estate;
  estate.database({{"default_ttl", "1h"}, {"max_ttl", "24h"}});
  estate.policy("maker", R"(path "auth/token/create" { capabilities = ["update"] })");
  estate.create("app", {{"policies", {"db", "maker"}}});
  estate.create("batch", {{"type", "batch"}, {"ttl", "2h"}, {"policies", {"db"}}}, "app");
  estate.lease_of("key", "batch");
  estate.break_database();
  estate.root().post("auth/token/revoke", {{"token", estate.id("app")}});
  auto answer = estate.root().post("sys/leases/renew", {{"lease_id", estate.lease("key")}});
  CHECK(answer.status == 400);
  CHECK(answer.error() == "cannot renew lease, no valid associated token");
}

TEST_CASE("a database that was unconfigured neither renews nor revokes (R-657)") {
  leased estate;
  estate.lease_of("l", "app");
  const std::string why = "failed to find entry for connection with name: \"pg\"";
  REQUIRE(estate.root().remove("db/config/pg").status == 204);
  CHECK(estate.root().post("db/reset/pg").error() == wrapped(why));
  auto renewal = estate.root().post("sys/leases/renew", {{"lease_id", estate.lease("l")}});
  CHECK(renewal.error() == "failed to renew entry: resp: (*logical.Response)(nil) err: " + why);
  CHECK(estate.revoke("l", {{"sync", true}}).status == 400);
  // A role that is gone left behind how its database was reached.
  REQUIRE(estate.root().remove("db/roles/app").status == 204);
  estate.after("1h1m");
  CHECK(estate.there("l"));
  const auto attempts = estate.all<revocation_attempted>();
  REQUIRE_FALSE(attempts.empty());
  CHECK_FALSE(attempts.back().second.ok);
  CHECK(attempts.back().second.error == why);
  estate.root().post("db/config/pg", {{"plugin_name", "postgresql-database-plugin"}});
  estate.after("2h");
  CHECK_FALSE(estate.there("l"));
}

TEST_CASE("kv 1 shows the TTL an entry gives itself, be it negative or null (R-601)") {
  leased estate;
  estate.root().post("sys/mounts/kv", {{"type", "kv"}});
  auto shown = [&](json ttl) {
    estate.root().post("kv/a", {{"ttl", std::move(ttl)}});
    return estate.root().get("kv/a").lease_duration();
  };
  CHECK(shown("1h") == 3600);
  CHECK(shown("-5") == -5);
  CHECK(shown(nullptr) == 0);
  CHECK(shown("soon") == 2764800);
}
