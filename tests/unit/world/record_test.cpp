// Section 1 of the rules: what a token is and how it is named.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

TEST_CASE("a token's record holds what its creation said, its times live on its lease (R-101)") {
  estate_probe estate;
  estate.at("1500ms");
  estate.create("app", {{"policies", {"default"}},
                        {"ttl", "1h"},
                        {"num_uses", 9},
                        {"explicit_max_ttl", "2h"},
                        {"meta", {{"team", "red"}}}});
  auto seen = estate.look("app");
  CHECK(seen["id"] == estate.id("app"));
  CHECK(seen["accessor"] == estate.accessor("app"));
  CHECK(seen["policies"] == json{"default"});
  CHECK(seen["path"] == "auth/token/create");
  CHECK(seen["meta"] == json{{"team", "red"}});
  CHECK(seen["display_name"] == "token");
  CHECK(seen["num_uses"] == 9);
  CHECK(seen["creation_time"] == 1767225601); // whole seconds, down
  CHECK(seen["creation_ttl"] == 3600);
  CHECK(seen["explicit_max_ttl"] == 7200);
  auto lease = estate.root().post(
      "sys/leases/lookup",
      {{"lease_id", "auth/token/create/" +
                        salted_text({*parse_token(estate.id("app")), token_type::service, {}})}});
  CHECK(lease.data()["issue_time"] == "2026-01-01T00:00:01.5Z");
  CHECK(lease.data()["expire_time"] == "2026-01-01T01:00:01.5Z");
}

TEST_CASE("a token is service or batch and nothing else (R-102)") {
  estate_probe estate;
  CHECK(estate.create("s", {{"type", "service"}}).auth()["token_type"] == "service");
  CHECK(estate.create("b", {{"type", "batch"}, {"policies", {"default"}}}).auth()["token_type"] ==
        "batch");
  auto other = estate.create("x", {{"type", "default-service"}, {"policies", {"default"}}});
  CHECK(other.status == 400);
  CHECK(other.error() == "invalid 'token_type' value");
}

TEST_CASE("a generated id is `s.` and 24 characters, an accessor 24 (R-103, R-109)") {
  estate_probe estate;
  estate.create("app");
  CHECK(estate.id("app").size() == 26);
  CHECK(estate.id("app").substr(0, 2) == "s.");
  CHECK(estate.accessor("app").size() == 24);
  estate.create("b", {{"type", "batch"}, {"policies", {"default"}}});
  CHECK(estate.accessor("b").empty());
}

TEST_CASE("a batch id carries the record: no accessor, uses, period or explicit maximum (R-105)") {
  estate_probe estate;
  estate.create(
      "b", {{"type", "batch"}, {"policies", {"default"}}, {"ttl", "1h"}, {"meta", {{"k", "v"}}}});
  CHECK(estate.id("b").substr(0, 2) == "b.");
  auto seen = estate.look("b");
  CHECK(seen["accessor"] == "");
  CHECK(seen["num_uses"] == 0);
  CHECK(seen["explicit_max_ttl"] == 0);
  CHECK_FALSE(seen.contains("period"));
  CHECK(seen["meta"] == json{{"k", "v"}});
}

TEST_CASE("a chosen id needs sudo, has no generated prefix and no dot, and is used once (R-106)") {
  estate_probe estate;
  estate.policy("maker", R"(path "auth/token/create" { capabilities = ["update"] })");
  estate.create("maker", {{"policies", {"maker"}}});
  auto made = estate.create("chosen", {{"id", "deploy-1"}, {"policies", {"default"}}});
  CHECK(made.auth()["client_token"] == "deploy-1");
  CHECK(made.warnings() ==
        names{"Supplying a custom ID for the token uses the weaker SHA1 hashing instead of the "
              "more secure SHA2-256 HMAC for token obfuscation. SHA1 hashed tokens on the wire "
              "leads to less secure lookups."});
  CHECK(estate.create("x", {{"id", "deploy-1"}}).error() ==
        "cannot create a token with a duplicate ID");
  CHECK(estate.create("x", {{"id", "hvs.a"}}).error() ==
        "custom token ID cannot have the 'hvs.' prefix");
  CHECK(estate.create("x", {{"id", "s.a"}}).error() ==
        "custom token ID cannot have the 's.' prefix");
  CHECK(estate.create("x", {{"id", "a.b"}}).error() ==
        "custom token ID cannot have a '.' in the value");
  CHECK(estate.create("x", {{"id", "mine"}}, "maker").error() ==
        "root or sudo privileges required to specify token id");
}

TEST_CASE("a batch token ignores a chosen id, but not the test for it (R-107)") {
  estate_probe estate;
  auto made =
      estate.create("b", {{"id", "deploy-1"}, {"type", "batch"}, {"policies", {"default"}}});
  CHECK(estate.id("b").substr(0, 2) == "b.");
  CHECK(made.warnings().size() == 1);
  estate.policy("maker", R"(path "auth/token/create" { capabilities = ["update"] })");
  estate.create("maker", {{"policies", {"maker"}}});
  CHECK(estate.create("x", {{"id", "d"}, {"type", "batch"}}, "maker").status == 400);
}

TEST_CASE("lease ids end in the salted token id, or in 24 characters for a secret (R-108, R-110)") {
  estate_probe estate;
  estate.database();
  estate.create("app", {{"policies", {"db"}}});
  estate.create("chosen", {{"id", "deploy-1"}, {"policies", {"db"}}});
  estate.lease_of("key", "app");
  CHECK(estate.lease("key").size() == std::string{"db/creds/app/"}.size() + 24);
  auto keys = estate.root().list("sys/leases/lookup/auth/token/create").data()["keys"];
  REQUIRE(keys.size() == 2);
  auto salts = keys.get<names>();
  CHECK(salts[0].size() + salts[1].size() == 65 + 40); // `h` + HMAC-SHA256, and SHA1
}

TEST_CASE("path and display name show how a token was made (R-111, R-112)") {
  estate_probe estate;
  auto& of = estate;
  of.root().post("auth/token/roles/r", {{"path_suffix", "ci-v1"}});
  of.root().post("auth/token/roles/plain");
  of.user("bob");
  of.create("orphan", json::object(), "root", "auth/token/create-orphan");
  of.create("role", json::object(), "root", "auth/token/create/r");
  of.create("plain", json::object(), "root", "auth/token/create/plain");
  of.create("named", {{"display_name", "bob the_builder!"}});
  of.create("app");
  of.log_in("bob", "bob");
  CHECK(of.look("root")["path"] == "auth/token/root");
  CHECK(of.look("root")["display_name"] == "root");
  CHECK(of.look("app")["path"] == "auth/token/create");
  CHECK(of.look("app")["display_name"] == "token");
  CHECK(of.look("orphan")["path"] == "auth/token/create-orphan");
  CHECK(of.look("role")["path"] == "auth/token/create/r/ci-v1");
  CHECK(of.look("plain")["path"] == "auth/token/create/plain");
  CHECK(of.look("bob")["path"] == "auth/userpass/login/bob");
  CHECK(of.look("bob")["display_name"] == "userpass-bob");
  CHECK(of.look("named")["display_name"] == "token-bob-the-builder");
}

TEST_CASE(
    "policies are sorted names, and those of a token itself are `token_policies` (R-113, R-114)") {
  estate_probe estate;
  auto made = estate.create("app", {{"policies", {" B ", "a", "b", ""}}});
  CHECK(made.auth()["policies"] == json{"a", "b", "default"});
  CHECK(made.auth()["token_policies"] == json{"a", "b", "default"});
  CHECK_FALSE(made.auth().contains("identity_policies"));
  CHECK(estate.create("r", {{"policies", {"a", "root"}}}).auth()["policies"] == json{"root"});
}

TEST_CASE("an orphan is a token without a parent, at once and later (R-115)") {
  estate_probe estate;
  estate.create("p");
  estate.create("c", json::object(), "p");
  CHECK(estate.look("c")["orphan"] == false);
  estate.root().post("auth/token/revoke-orphan", {{"token", estate.id("p")}});
  CHECK(estate.look("c")["orphan"] == true);
}

TEST_CASE("the first root token has no lease to show (R-117)") {
  estate_probe estate;
  auto seen = estate.look("root");
  CHECK_FALSE(seen.contains("renewable"));
  CHECK_FALSE(seen.contains("issue_time"));
  CHECK(seen["expire_time"].is_null());
  CHECK(seen["ttl"] == 0);
  CHECK(seen["creation_ttl"] == 0);
  CHECK(seen["orphan"] == true);
}

TEST_CASE("a lookup shows always the same keys, others only when set (R-116)") {
  estate_probe estate;
  estate.create("app", {{"ttl", "1h"}});
  auto keys = [&] {
    names found;
    auto data = estate.look("app");
    for (const auto& [key, value] : data.items())
      found.push_back(key);
    return found;
  };
  names always{"accessor",   "creation_time", "creation_ttl",     "display_name",
               "entity_id",  "expire_time",   "explicit_max_ttl", "id",
               "issue_time", "meta",          "num_uses",         "orphan",
               "path",       "policies",      "renewable",        "ttl",
               "type"};
  CHECK(keys() == always);
  CHECK(estate.look("app")["meta"].is_null());
  estate.as("app").renew();
  CHECK(keys().size() == always.size() + 2); // last_renewal, last_renewal_time
}

TEST_CASE("a role's limits bind a token that does not show them (R-118)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/r",
                     {{"token_explicit_max_ttl", "1h"}, {"token_period", "30m"}});
  CHECK(estate.create("app", json::object(), "root", "auth/token/create/r").lease_duration() ==
        1800);
  auto seen = estate.look("app");
  CHECK(seen["explicit_max_ttl"] == 0);
  CHECK_FALSE(seen.contains("period"));
  CHECK(seen["role"] == "r");
  for (auto when : {"20m", "40m"}) {
    estate.at(when);
    estate.as("app").renew();
  }
  estate.at("50m");
  CHECK(estate.as("app").renew().lease_duration() == 600);
}

TEST_CASE("ttl in a lookup is rounded, and negative once the end has passed (R-119)") {
  server_config slow;
  slow.revocation_delay = std::chrono::seconds{30};
  estate_probe estate{slow};
  estate.create("app", {{"ttl", "10s"}});
  estate.at("2400ms");
  CHECK(estate.look("app")["ttl"] == 8); // 7.6 s are left
  estate.at("2600ms");
  CHECK(estate.look("app")["ttl"] == 7);
  estate.at("12s");
  CHECK(estate.look("app")["ttl"] == -2);
}

TEST_CASE("the instant of its end is still part of a token's life (R-120)") {
  estate_probe estate;
  estate.create("app", {{"ttl", "1h"}});
  estate.at("1h");
  CHECK(estate.works("app"));
  estate.at("1h0.000001s");
  CHECK_FALSE(estate.works("app"));
  CHECK(estate.works("root"));
}

TEST_CASE("a batch token is good until its second is over and while its parent is (R-122)") {
  estate_probe estate;
  estate.at("500ms");
  estate.create("p", {{"ttl", "1h"}, {"policies", {"root"}}});
  estate.create("b", {{"type", "batch"}, {"policies", {"default"}}, {"ttl", "10m"}}, "p");
  estate.create("long", {{"type", "batch"}, {"policies", {"default"}}, {"ttl", "24h"}}, "p");
  estate.at("10m");
  CHECK(estate.works("b"));
  estate.at("10m0.1s"); // counted from the creation second
  CHECK_FALSE(estate.works("b"));
  CHECK(estate.works("long"));
  estate.root().post("auth/token/revoke", {{"token", estate.id("p")}});
  CHECK_FALSE(estate.works("long"));
}

TEST_CASE("a renewal changes the lease and leaves the token as created (R-123)") {
  estate_probe estate;
  estate.create("app", {{"ttl", "1h"}});
  auto before = estate.look("app");
  estate.at("30m");
  estate.as("app").renew({{"increment", "2h"}});
  auto later = estate.look("app");
  for (auto key : {"creation_ttl", "creation_time", "issue_time", "policies", "path"})
    CHECK(later[key] == before[key]);
  CHECK(later["expire_time"] != before["expire_time"]);
}

TEST_CASE("metadata is shown by lookups and auth blocks (R-124)") {
  estate_probe estate;
  auto made = estate.create("app", {{"meta", {{"job", "build-88"}}}});
  CHECK(made.auth()["metadata"] == json{{"job", "build-88"}});
  CHECK(estate.look("app")["meta"] == json{{"job", "build-88"}});
  CHECK(estate.as("app").renew().auth()["metadata"].is_object() == false);
  CHECK(estate.create("none").auth()["metadata"].is_null());
}

TEST_CASE("a token bound to another address is refused and keeps its uses (R-125)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/far", {{"token_bound_cidrs", "10.0.0.0/8"},
                                              {"token_num_uses", 3},
                                              {"allowed_policies", "default"}});
  estate.create("app", json::object(), "root", "auth/token/create/far");
  auto seen = estate.as("app").look();
  CHECK(seen.status == 403);
  CHECK(seen.error() == "permission denied");
  CHECK(estate.look("app")["num_uses"] == 3);
}
