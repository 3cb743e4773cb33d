// Section 4 of the rules: renewal of tokens and of secret leases.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

constexpr auto past_max = "past the max TTL, cannot renew";

struct renewing : estate_probe {
  /// A token that may renew itself and others.
  reply make(json body = json::object()) {
    body["policies"] = json{"default"};
    return create("t", std::move(body));
  }
  reply renew_as_root(const std::string& token, json body = json::object()) {
    body["token"] = token;
    return root().post("auth/token/renew", std::move(body));
  }
};

} // namespace

TEST_CASE("anybody with the right to may renew any token he knows (R-401)") {
  renewing estate;
  estate.make({{"ttl", "1h"}});
  estate.at("10m");
  CHECK(estate.renew_as_root(estate.id("t")).lease_duration() == 3600);
  auto hidden =
      estate.root().post("auth/token/renew-accessor", {{"accessor", estate.accessor("t")}});
  CHECK(hidden.auth()["client_token"] == "");
  CHECK(hidden.auth()["accessor"] == estate.accessor("t"));
  CHECK(estate.as("t").post("auth/token/renew", {{"token", estate.id("t")}}).status == 403);
  CHECK(estate.as("t").renew().status == 200);
}

TEST_CASE("an increment is whole seconds and not negative (R-402)") {
  renewing estate;
  estate.make({{"ttl", "1h"}});
  CHECK(estate.as("t").renew({{"increment", "90500ms"}}).lease_duration() == 90);
  CHECK(estate.as("t").renew({{"increment", "500ms"}}).lease_duration() == 90);
  auto negative = estate.as("t").renew({{"increment", "-3"}});
  CHECK(negative.status == 400);
  CHECK(negative.error() == "Field validation failed: error converting input for field "
                            "\"increment\": cannot provide negative value '-3'");
}

TEST_CASE("a renewal is refused by the first check that fails (R-403)") {
  renewing estate;
  auto error = [&](const std::string& token) { return estate.renew_as_root(token).error(); };
  CHECK(error("") == "missing token ID");
  CHECK(error("none") == "token not found");
  estate.create("b", {{"type", "batch"}, {"policies", {"default"}}});
  CHECK(error(estate.id("b")) == "batch tokens cannot be renewed");
  CHECK(error(estate.id("root")) == "invalid lease ID");
  estate.create("r");
  CHECK(error(estate.id("r")) == "lease is not renewable");
  estate.make({{"renewable", false}});
  CHECK(error(estate.id("t")) == "lease is not renewable");
  CHECK(estate.root()
            .post("auth/token/renew-accessor", {{"accessor", estate.accessor("t")}})
            .error() == wrapped("invalid request"));
}

TEST_CASE("a renewal counts from now and grants exactly what it says (R-404, R-409)") {
  renewing estate;
  estate.make({{"ttl", "1h"}});
  estate.at("30m");
  CHECK(estate.as("t").renew({{"increment", "2h"}}).lease_duration() == 7200);
  CHECK(estate.look("t")["expire_time"] == "2026-01-01T02:30:00Z");
  CHECK(estate.look("t")["last_renewal"] == "2026-01-01T00:30:00Z");
  CHECK(estate.as("t").renew({{"increment", "10s"}}).lease_duration() == 10);
  estate.at("31m");
  CHECK_FALSE(estate.works("t"));
  CHECK(estate.end_of("t")->first == estate_probe::span("30m10s"));
}

TEST_CASE("a renewal without an increment repeats what was granted last (R-405)") {
  renewing estate;
  estate.make({{"ttl", "1h"}});
  estate.at("10m");
  estate.as("t").renew({{"increment", "10s"}});
  estate.at("10m5s");
  CHECK(estate.as("t").renew().lease_duration() == 10);
}

TEST_CASE(
    "period and explicit maximum of a token without a role stay those of its making (R-406)") {
  renewing estate;
  estate.make({{"ttl", "1h"}, {"explicit_max_ttl", "2h"}});
  estate.at("50m");
  estate.as("t").renew({{"increment", "1h"}});
  estate.at("1h30m");
  CHECK(estate.as("t").renew({{"increment", "1h"}}).lease_duration() == 1800);
  estate.create("p", {{"policies", {"default"}}, {"period", "1h"}});
  CHECK(estate.as("p").renew({{"increment", "5h"}}).lease_duration() == 3600);
}

TEST_CASE("with a role its values of now count, and those of the call are forgotten (R-407)") {
  renewing estate;
  constexpr auto role = "auth/token/roles/r";
  estate.root().post(role);
  estate.create("e", {{"policies", {"default"}}, {"ttl", "30m"}, {"explicit_max_ttl", "1h"}},
                "root", "auth/token/create/r");
  estate.create("p", {{"policies", {"default"}}, {"period", "1h"}}, "root", "auth/token/create/r");
  estate.at("20m");
  CHECK(estate.as("e").renew({{"increment", "10h"}}).lease_duration() == 36000);
  CHECK(estate.look("e")["explicit_max_ttl"] == 3600);
  CHECK(estate.as("p").renew({{"increment", "3h"}}).lease_duration() == 10800);
  estate.root().post(role, {{"token_period", "15m"}});
  CHECK(estate.as("e").renew().lease_duration() == 900);
}

TEST_CASE("without its role a token lives on and is not renewed (R-408)") {
  renewing estate;
  estate.root().post("auth/token/roles/r");
  estate.create("t", {{"policies", {"default"}}, {"ttl", "1h"}}, "root", "auth/token/create/r");
  estate.root().remove("auth/token/roles/r");
  auto refused = estate.as("t").renew();
  CHECK(refused.status == 500);
  CHECK(refused.error() == wrapped("failed to renew entry: original token role \"r\" could not be "
                                   "found, not renewing"));
  CHECK(estate.look("t")["ttl"] == 3600);
}

TEST_CASE("a periodic token ignores increments (R-409)") {
  renewing estate;
  estate.make({{"period", "1h"}});
  CHECK(estate.as("t").renew({{"increment", "10s"}}).lease_duration() == 3600);
}

TEST_CASE("no renewal passes the maximum, counted in whole seconds from the issue (R-410)") {
  renewing estate;
  estate.at("800ms");
  estate.make();
  estate.at("700h0.9s");
  CHECK(estate.as("t").renew({{"increment", "100h"}}).lease_duration() == 68 * 3600);
  // Under a second too much: un-truncated now plus a whole-second rest.
  CHECK(estate.look("t")["expire_time"] == "2026-02-02T00:00:00.9Z");
}

TEST_CASE("in the second of its deadline a token lives but is not renewed (R-411)") {
  renewing estate;
  estate.make({{"explicit_max_ttl", "1h"}});
  estate.at("59m59s");
  CHECK(estate.as("t").renew().lease_duration() == 1);
  estate.at("1h");
  CHECK(estate.works("t"));
  auto refused = estate.as("t").renew();
  CHECK(refused.status == 500);
  CHECK(refused.error() == wrapped(past_max));
}

TEST_CASE("a capped renewal succeeds with a warning (R-412)") {
  renewing estate;
  estate.make();
  estate.at("700h");
  auto renewed = estate.as("t").renew({{"increment", "100h"}});
  CHECK(renewed.status == 200);
  CHECK(renewed.lease_duration() == 244800);
  CHECK(renewed.warnings() == names{"TTL of \"100h\" exceeded the effective max_ttl of \"68h\"; "
                                    "TTL value is capped accordingly"});
}

TEST_CASE("a root token beyond the system's maximum is renewed down (R-413)") {
  renewing estate;
  estate.create("r", {{"explicit_max_ttl", "1000h"}});
  estate.at("68h");
  CHECK(estate.as("r").renew().lease_duration() == 700 * 3600);
}

TEST_CASE("the renewing request counts against its caller only (R-414)") {
  renewing estate;
  estate.policy("renew", R"(path "auth/token/renew" { capabilities = ["update"] })");
  estate.make({{"num_uses", 5}});
  estate.create("by", {{"policies", {"renew"}}, {"num_uses", 5}});
  estate.as("by").post("auth/token/renew", {{"token", estate.id("t")}});
  CHECK(estate.look("t")["num_uses"] == 5);
  CHECK(estate.look("by")["num_uses"] == 4);
}

TEST_CASE("userpass reads its user again at each renewal (R-416)") {
  renewing estate;
  estate.user("bob", {{"token_ttl", "1h"}, {"token_policies", {"a"}}});
  estate.log_in("bob", "bob");
  estate.user("bob", {{"token_ttl", "2h"}});
  CHECK(estate.as("bob").renew().lease_duration() == 7200);
  estate.user("bob", {{"token_policies", {"a", "default"}}});
  CHECK(estate.as("bob").renew().status == 200);
  estate.user("bob", {{"token_policies", {"b"}}});
  auto changed = estate.as("bob").renew();
  CHECK(changed.status == 500);
  CHECK(changed.error() == wrapped("failed to renew entry: policies have changed, not renewing"));
  estate.at("1h");
  estate.root().remove("auth/userpass/users/bob");
  CHECK(estate.as("bob").renew().status == 204);
  CHECK(estate.look("bob")["ttl"] == 3600);
}

TEST_CASE("approle renews by its role of now, and not without it (R-417)") {
  renewing estate;
  estate.root().post("sys/auth/approle", {{"type", "approle"}});
  constexpr auto role = "auth/approle/role/ci";
  estate.root().post(role, {{"token_ttl", "1h"}});
  auto id = estate.root().get("auth/approle/role/ci/role-id").data()["role_id"];
  auto secret = estate.root().post("auth/approle/role/ci/secret-id").data()["secret_id"];
  estate.keep("ci",
              estate.nobody().post("auth/approle/login", {{"role_id", id}, {"secret_id", secret}}));
  estate.root().post(role, {{"token_ttl", "2h"}});
  CHECK(estate.as("ci").renew().lease_duration() == 7200);
  estate.root().remove(role);
  auto refused = estate.as("ci").renew();
  CHECK(refused.status == 500);
  CHECK(refused.error() ==
        wrapped("failed to renew entry: role \"ci\" does not exist during renewal"));
}

TEST_CASE("a login's explicit maximum is fixed at the login (R-418)") {
  renewing estate;
  estate.user("bob", {{"token_ttl", "1h"}, {"token_explicit_max_ttl", "2h"}});
  estate.log_in("bob", "bob");
  estate.user("bob", {{"token_explicit_max_ttl", "100h"}});
  estate.at("50m");
  estate.as("bob").renew({{"increment", "1h"}});
  estate.at("1h30m");
  CHECK(estate.as("bob").renew({{"increment", "1h"}}).lease_duration() == 1800);
}

TEST_CASE("batch and wrapping tokens are not renewed (R-419)") {
  renewing estate;
  estate.create("b", {{"type", "batch"}, {"policies", {"default"}}});
  CHECK(estate.as("b").renew().error() == "batch tokens cannot be renewed");
  estate.keep("w", estate.root().wrapping("1h").post("auth/token/create"));
  CHECK(estate.renew_as_root(estate.id("w")).error() == "lease is not renewable");
}

// -- secret leases -------------------------------------------------------------------------------

namespace {

struct leased : estate_probe {
  leased(json role = {{"default_ttl", "1h"}, {"max_ttl", "24h"}}) {
    database(std::move(role));
    create("app", {{"policies", {"db"}}});
    lease_of("key", "app");
  }
  reply renew(const std::string& id, json body = json::object()) {
    body["lease_id"] = id;
    return root().post("sys/leases/renew", std::move(body));
  }
};

} // namespace

TEST_CASE("a lease is renewed by its id in body or URL, the body wins (R-421)") {
  leased estate;
  auto id = estate.lease("key");
  CHECK(estate.renew(id).body["lease_id"] == id);
  CHECK(estate.root().post("sys/leases/renew/" + id).status == 200);
  CHECK(estate.root().post("sys/leases/renew/none", {{"lease_id", id}}).status == 200);
  estate.create("plain", {{"policies", {"default"}}});
  CHECK(estate.as("plain").post("sys/leases/renew", {{"lease_id", id}}).status == 200);
  CHECK(estate.as("plain").post("sys/leases/renew/" + id).status == 403);
}

TEST_CASE("a lease that is not renewed says why (R-422)") {
  leased estate;
  CHECK(estate.renew("").error() == "lease_id must be specified");
  CHECK(estate.renew("db/creds/app/none").error() == "lease not found");
  auto token_lease = estate.root().list("sys/leases/lookup/auth/token/create").data()["keys"][0];
  CHECK(estate.renew("auth/token/create/" + token_lease.get<std::string>()).error() ==
        "tokens cannot be renewed through this endpoint");
  estate.root().post("sys/mounts/pki", {{"type", "pki"}});
  estate.root().post("pki/root/generate/internal", {{"common_name", "ca"}});
  estate.root().post("pki/roles/r", {{"allow_any_name", true}, {"generate_lease", true}});
  estate.keep("cert", estate.root().post("pki/issue/r", {{"common_name", "a"}}));
  REQUIRE_FALSE(estate.lease("cert").empty());
  CHECK(estate.renew(estate.lease("cert")).error() == "lease is not renewable");
  estate.at("23h59m59s"); // it has ended at 1h
  CHECK(estate.renew(estate.lease("key")).error() == "lease not found");
}

TEST_CASE("a lease is renewed within its backend's maximum, counted from its issue (R-423)") {
  leased estate;
  estate.at("30m");
  auto renewed = estate.renew(estate.lease("key"), {{"increment", "2h"}});
  CHECK(renewed.lease_duration() == 7200);
  CHECK(renewed.data().is_null());
  CHECK(renewed.body["renewable"] == true);
  estate.at("2h");
  auto capped = estate.renew(estate.lease("key"), {{"increment", "30h"}});
  CHECK(capped.lease_duration() == 22 * 3600);
  CHECK(capped.warnings() == names{"TTL of \"30h\" exceeded the effective max_ttl of \"22h\"; TTL "
                                   "value is capped accordingly"});
  estate.at("24h");
  // A database tests it itself (R-657).
  CHECK(estate.renew(estate.lease("key")).error() ==
        std::string{"failed to renew entry: resp: (*logical.Response)(nil) err: "} + past_max);
}

TEST_CASE("a lease is renewed beyond its token's life, and dies with it (R-424)") {
  leased estate;
  estate.create("short", {{"policies", {"db"}}, {"ttl", "5m"}});
  estate.lease_of("k2", "short");
  estate.at("4m");
  CHECK(estate.renew(estate.lease("k2"), {{"increment", "10h"}}).lease_duration() == 36000);
  estate.after("5m");
  CHECK_FALSE(estate.stands("k2"));
  CHECK(estate.end_of_lease("k2")->second == end_cause::ancestor);
}

TEST_CASE("a batch token's lease is renewed up to the token's end (R-425)") {
  leased estate;
  estate.create("b", {{"type", "batch"}, {"policies", {"db"}}, {"ttl", "90m"}});
  estate.lease_of("kb", "b");
  CHECK(estate.look_lease("kb").data()["renewable"] == true);
  estate.at("1h");
  auto renewed = estate.renew(estate.lease("kb"));
  CHECK(renewed.lease_duration() == 1800);
  CHECK(renewed.warnings().empty());
}

TEST_CASE("a lease that waits for its revocation is expired (R-426)") {
  leased estate;
  estate.break_database();
  estate.root().post("sys/leases/revoke", {{"lease_id", estate.lease("key")}, {"sync", false}});
  estate.at("5s");
  CHECK(estate.renew(estate.lease("key")).error() == "lease expired");
}

TEST_CASE("a lease brought back to life waits for its new end, its failed attempts count (R-425, "
          "R-428)") {
  leased estate;
  estate.create("b", {{"type", "batch"}, {"policies", {"db"}}, {"ttl", "24h"}});
  estate.lease_of("kb", "b");
  auto attempts = [&] {
    auto all = estate.all<revocation_attempted>();
    auto kb = parse_lease(estate.lease("kb"))->lease;
    std::erase_if(all, [&](const auto& each) { return each.second.lease != kb; });
    return all;
  };
  estate.break_database();
  estate.root().post("sys/leases/revoke", {{"lease_id", estate.lease("kb")}, {"sync", false}});
  REQUIRE(attempts().size() == 1);
  estate.at("10s");
  CHECK(estate.renew(estate.lease("kb")).lease_duration() == 3600);
  estate.at("1h"); // the retry would have come at 20s
  CHECK(estate.stands("kb"));
  CHECK(attempts().size() == 1);
  estate.at("3h");
  REQUIRE(attempts().size() == 6);
  CHECK(attempts()[1].first == estate_probe::span("1h10s"));
  CHECK(attempts()[1].second.attempt == 2);
  CHECK(estate.renew(estate.lease("kb")).error() ==
        "lease is expired and has failed previous revocation attempts");
}
