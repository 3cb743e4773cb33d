// Section 3 of the rules: use counts.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

struct limited : estate_probe {
  limited() {
    policy("all", R"(path "*" { capabilities = ["create", "read", "update", "delete", "list"] })");
  }
  void make(int uses, json more = json::object()) {
    more["policies"] = json{"all"};
    more["num_uses"] = uses;
    create("t", std::move(more));
  }
  [[nodiscard]] std::int64_t left() { return look("t")["num_uses"].get<std::int64_t>(); }
};

} // namespace

TEST_CASE(
    "one use per request, after the policies spoke and before anything happens (R-301, R-302)") {
  limited estate;
  estate.make(3);
  estate.as("t").look();
  CHECK(estate.left() == 2);
  CHECK(estate.as("t").look().data()["num_uses"] == 1);
  // The third runs while the counter says -1.
  CHECK(estate.as("t").look().data()["num_uses"] == -1);
  CHECK_FALSE(estate.works("t"));
  estate.create("free", {{"policies", {"all"}}});
  for (int i = 0; i < 20; ++i)
    REQUIRE(estate.works("free"));
  CHECK(estate.look("free")["num_uses"] == 0);
}

TEST_CASE("after the last use the token, its tree and its leases go (R-303)") {
  limited estate;
  estate.database();
  estate.make(2);
  estate.lease_of("key", "t");
  CHECK(estate.stands("key"));
  estate.as("t").look();
  CHECK(estate.end_of("t")->second == end_cause::last_use);
  CHECK(estate.look_lease("key").status == 400);
  CHECK(estate.root().post("auth/token/lookup", {{"token", estate.id("t")}}).status == 403);
}

TEST_CASE("the last use cannot return a lease, but plain data (R-304)") {
  limited estate;
  estate.database();
  estate.root().post("sys/mounts/secret", {{"type", "kv"}});
  estate.root().post("secret/a", {{"v", 1}});
  estate.make(1);
  auto refused = estate.lease_of("key", "t");
  CHECK(refused.status == 400);
  CHECK(refused.error() == "Secret cannot be returned; token had one use left, so leased "
                           "credentials were immediately revoked.");
  CHECK(estate.all<credential_changed>().size() == 2); // made, and taken away again
  estate.make(1);
  CHECK(estate.as("t").get("secret/a").data() == json{{"v", 1}});
}

TEST_CASE("on its last use a token is already invisible to other lookups (R-305)") {
  limited estate;
  estate.make(1);
  auto t = estate.as("t");
  SECTION("lookup-self") { CHECK(t.look().data()["num_uses"] == -1); }
  SECTION("renew-self") {
    auto seen = t.renew();
    CHECK(seen.status == 400);
    CHECK(seen.error() == "token not found");
  }
  SECTION("create") {
    CHECK(estate.create("x", json::object(), "t").error() ==
          "parent token lookup failed: no parent found");
  }
  SECTION("revoke-self") { CHECK(t.post("auth/token/revoke-self").status == 204); }
  SECTION("capabilities-self") {
    auto seen = t.post("sys/capabilities-self", {{"paths", {"x"}}});
    CHECK(seen.status == 400);
    CHECK(seen.error() == wrapped("invalid token"));
  }
  SECTION("cubbyhole") { CHECK(t.post("cubbyhole/a", {{"v", 1}}).status == 204); }
  CHECK_FALSE(estate.works("t"));
}

TEST_CASE("denied and failing requests cost a use too (R-306)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}, {"num_uses", 4}});
  CHECK(estate.as("t").get("sys/mounts").status == 403);
  CHECK(estate.as("t").get("cubbyhole/none").status == 404);
  CHECK(estate.as("t").renew({{"increment", "x"}}).status == 400);
  CHECK(estate.look("t")["num_uses"] == 1);
}

TEST_CASE("what needs no token, is refused early or is done by others costs no use (R-307)") {
  limited estate;
  estate.user("bob");
  estate.make(2);
  auto t = estate.as("t");
  t.post("auth/userpass/login/bob", {{"password", "pw"}});
  t.post("sys/wrapping/lookup", {{"token", "none"}});
  t.get("sys/health");
  CHECK(t.post("auth/token/create/").status == 400);
  CHECK(t.post("sys/wrapping/unwrap", {{"token", "none"}}).status == 400);
  estate.root().post("auth/token/renew", {{"token", estate.id("t")}});
  estate.root().post("auth/token/lookup-accessor", {{"accessor", estate.accessor("t")}});
  CHECK(estate.left() == 2);
}

TEST_CASE("sealing is a use, and the last one ends the token first (R-308)") {
  limited estate;
  estate.policy("all", R"(path "*" { capabilities = ["update", "sudo"] })");
  estate.make(1);
  CHECK(estate.as("t").post("sys/seal").status == 204);
  CHECK(estate.end_of("t")->second == end_cause::last_use);
  estate.nobody().post("sys/unseal", {{"key", unseal_key}});
  CHECK_FALSE(estate.works("t"));
}

TEST_CASE("a limited token makes no children, but may be periodic and renewed (R-309)") {
  limited estate;
  estate.make(3, {{"period", "1h"}});
  CHECK(estate.create("x", json::object(), "t").error() ==
        "restricted use token cannot generate child tokens");
  CHECK(estate.as("t").renew().lease_duration() == 3600);
}

TEST_CASE("batch tokens are never counted (R-312)") {
  estate_probe estate;
  estate.create("b", {{"type", "batch"}, {"policies", {"default"}}});
  for (int i = 0; i < 10; ++i)
    REQUIRE(estate.works("b"));
  CHECK(estate.all<token_used>().empty());
}

TEST_CASE("the audit log shows the uses left before the request (R-313)") {
  limited estate;
  estate.make(3);
  estate.as("t").look();
  auto last = estate.all<request_received>().back().second;
  REQUIRE(last.caller);
  CHECK(last.caller->remaining_uses == 3);
}

TEST_CASE("of three requests at once on two uses the last is refused (R-310)") {
  limited estate;
  estate.make(2);
  constexpr auto look = "auth/token/lookup-self";
  auto seen =
      estate.together({{"t", "GET", look, {}}, {"t", "GET", look, {}}, {"t", "GET", look, {}}});
  CHECK(seen[0].status == 200);
  CHECK(seen[1].status == 200);
  CHECK(seen[2].status == 403);
  CHECK(estate.all<token_used>().size() == 2);
}

TEST_CASE(
    "a last use that renews a lease gets an error saying it was revoked, which is untrue (R-304)") {
  limited estate;
  estate.database({{"default_ttl", "1h"}});
  estate.create("owner", {{"policies", {"db"}}});
  estate.lease_of("key", "owner");
  estate.make(1);
  estate.at("30m");
  auto refused = estate.as("t").post("sys/leases/renew", {{"lease_id", estate.lease("key")}});
  CHECK(refused.status == 400);
  CHECK(refused.error().substr(0, 26) == "Secret cannot be returned;");
  CHECK(estate.look_lease("key").data()["ttl"] == 3600);
}
