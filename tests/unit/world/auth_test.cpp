// Section 7 of the rules: tokens that logins make.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

TEST_CASE("a login makes an orphan, even if a token was sent with it (R-701)") {
  estate_probe estate;
  estate.user("bob");
  estate.create("t", {{"policies", {"default"}}, {"num_uses", 3}});
  estate.keep("bob", estate.as("t").post("auth/userpass/login/bob", {{"password", "pw"}}));
  CHECK(estate.look("bob")["orphan"] == true);
  CHECK(estate.look("t")["num_uses"] == 3);
  estate.root().post("auth/token/revoke", {{"token", estate.id("t")}});
  CHECK(estate.works("bob"));
}

TEST_CASE("a login token's path is the login path, by which one logs a user out (R-702)") {
  estate_probe estate;
  estate.user("bob");
  estate.log_in("one", "bob");
  estate.log_in("two", "bob");
  CHECK(estate.look("one")["path"] == "auth/userpass/login/bob");
  estate.root().post("sys/leases/revoke-prefix/auth/userpass/login/bob");
  CHECK_FALSE(estate.works("one"));
  CHECK_FALSE(estate.works("two"));
}

TEST_CASE("a login gets the user's policies and default, but never root (R-703)") {
  estate_probe estate;
  estate.user("bob", {{"token_policies", {"b", "a"}}});
  CHECK(estate.log_in("bob", "bob").auth()["policies"] == json{"a", "b", "default"});
  estate.user("eve", {{"token_policies", {"a"}}, {"token_no_default_policy", true}});
  CHECK(estate.log_in("eve", "eve").auth()["policies"] == json{"a"});
  estate.user("mallory", {{"token_policies", {"root"}}});
  auto refused = estate.log_in("mallory", "mallory");
  CHECK(refused.status == 400);
  CHECK(refused.error() == "auth methods cannot create root tokens");
}

TEST_CASE("contradicting parameters of a user are refused (R-704, R-1713)") {
  estate_probe estate;
  estate.user("bob");
  auto refusal = [&](json terms) {
    return estate.root().post("auth/userpass/users/bob", std::move(terms)).error();
  };
  CHECK(refusal({{"token_ttl", "10s"}, {"token_max_ttl", "5s"}}) ==
        "'token_ttl' cannot be greater than 'token_max_ttl'");
  CHECK(refusal({{"token_type", "batch"}, {"token_num_uses", 3}}) ==
        "'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with "
        "limited use count");
  CHECK(refusal({{"token_type", "batch"}, {"token_period", "1h"}}) ==
        "'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic tokens");
}

TEST_CASE("a mount at default-batch turns even a limited user into a batch token (R-704)") {
  estate_probe estate;
  estate.user("bob", {{"token_num_uses", 3}});
  estate.root().post("sys/auth/userpass/tune", {{"token_type", "default-batch"}});
  auto made = estate.log_in("bob", "bob");
  CHECK(made.auth()["token_type"] == "batch");
  CHECK(made.auth()["num_uses"] == 3);
  for (int i = 0; i < 5; ++i)
    CHECK(estate.works("bob"));
}

TEST_CASE("a user's maximum cuts each period and ends nothing (R-705)") {
  estate_probe estate;
  estate.user("bob", {{"token_period", "24h"}, {"token_max_ttl", "1h"}});
  CHECK(estate.log_in("bob", "bob").lease_duration() == 3600);
  for (int half_hours = 1; half_hours < 20; ++half_hours) {
    estate.at(std::to_string(half_hours * 30) + "m");
    REQUIRE(estate.as("bob").renew().lease_duration() == 3600);
  }
}

TEST_CASE("period and explicit maximum of a login stand on its token (R-706)") {
  estate_probe estate;
  estate.user("bob", {{"token_period", "1h"}, {"token_explicit_max_ttl", "3h"}});
  estate.log_in("bob", "bob");
  CHECK(estate.look("bob")["period"] == 3600);
  CHECK(estate.look("bob")["explicit_max_ttl"] == 10800);
}

TEST_CASE("mount and user agree on the type of a login's token (R-707)") {
  estate_probe estate;
  estate.user("bob");
  // Rows and columns as in the rule's table.
  const names of_mount{"default-service", "default-batch", "service", "batch"};
  const names of_user{"default", "service", "batch"};
  const std::vector<names> expected{{"service", "service", "batch"},
                                    {"batch", "service", "batch"},
                                    {"service", "service", "service"},
                                    {"batch", "batch", "batch"}};
  for (std::size_t m = 0; m < of_mount.size(); ++m)
    for (std::size_t u = 0; u < of_user.size(); ++u) {
      CAPTURE(of_mount[m], of_user[u]);
      estate.root().post("sys/auth/userpass/tune", {{"token_type", of_mount[m]}});
      estate.user("bob", {{"token_type", of_user[u]}});
      CHECK(estate.log_in("bob", "bob").auth()["token_type"] == expected[m][u]);
    }
}

TEST_CASE("the token method's own type cannot be tuned (R-708)") {
  estate_probe estate;
  CHECK(estate.root().post("sys/auth/token/tune", {{"token_type", "batch"}}).status == 400);
}

TEST_CASE("five wrong passwords lock even the right one out for a quarter of an hour (R-709)") {
  estate_probe estate;
  estate.user("bob");
  for (int i = 0; i < 5; ++i) {
    auto wrong = estate.nobody().post("auth/userpass/login/bob", {{"password", "no"}});
    CHECK(wrong.status == 400);
    CHECK(wrong.error() == "invalid username or password");
  }
  auto locked = estate.log_in("bob", "bob");
  CHECK(locked.status == 403);
  CHECK(locked.error() == "permission denied");
  estate.at("15m1s");
  CHECK(estate.log_in("bob", "bob").status == 200);
}

TEST_CASE("two logins of one user are two tokens of one entity (R-710, R-1723)") {
  estate_probe estate;
  estate.user("bob");
  estate.log_in("one", "bob");
  estate.log_in("two", "bob");
  CHECK(estate.id("one") != estate.id("two"));
  CHECK(estate.look("one")["entity_id"] != "");
  CHECK(estate.look("one")["entity_id"] == estate.look("two")["entity_id"]);
  CHECK(estate.look("one")["meta"] == json{{"username", "bob"}});
  estate.root().post("auth/token/revoke", {{"token", estate.id("one")}});
  CHECK(estate.works("two"));
}

TEST_CASE("an edited user acts at the next renewal, its policies at the next login (R-712)") {
  estate_probe estate;
  estate.user("bob", {{"token_ttl", "1h"}});
  estate.log_in("one", "bob");
  estate.user("bob", {{"token_ttl", "2h"}});
  CHECK(estate.look("one")["ttl"] == 3600);
  CHECK(estate.as("one").renew().lease_duration() == 7200);
  estate.user("bob", {{"token_policies", {"a"}}});
  CHECK(estate.look("one")["policies"] == json{"default"});
  CHECK(estate.log_in("two", "bob").auth()["policies"] == json{"a", "default"});
}

TEST_CASE("a deleted user's tokens live on and are not extended (R-713)") {
  estate_probe estate;
  estate.user("bob", {{"token_ttl", "1h"}});
  estate.log_in("bob", "bob");
  estate.root().remove("auth/userpass/users/bob");
  estate.at("30m");
  CHECK(estate.works("bob"));
  CHECK(estate.as("bob").renew().status == 204);
  estate.after("1h");
  CHECK_FALSE(estate.works("bob"));
}

TEST_CASE(
    "events name a mount by the accessor that listings show, a later one of its path by another") {
  estate_probe estate;
  auto accessor_seen = [&] {
    estate.user("ann");
    estate.log_in("t", "ann");
    auto last = estate.all<request_answered>().back().second;
    REQUIRE(last.mount);
    CHECK(last.mount->path == "auth/userpass/");
    CHECK(last.mount->type == "userpass");
    auto listed = estate.root().get("sys/auth").data()["userpass/"]["accessor"];
    CHECK(last.mount->accessor == listed.get<std::string>());
    return last.mount->accessor;
  };
  auto first = accessor_seen();
  REQUIRE(estate.root().remove("sys/auth/userpass").status == 204);
  REQUIRE(estate.root().post("sys/auth/userpass", {{"type", "userpass"}}).status == 204);
  CHECK(accessor_seen() != first);
}

TEST_CASE("a mount locks users out as it is tuned (R-709)") {
  estate_probe estate;
  estate.user("bob");
  auto tune = [&](json lockout) {
    return estate.root().post("sys/auth/userpass/tune",
                              {{"user_lockout_config", std::move(lockout)}});
  };
  auto fail = [&] {
    return estate.nobody().post("auth/userpass/login/bob", {{"password", "no"}}).status;
  };
  CHECK(tune({{"lockout_threshold", "x"}}).error() ==
        "unable to parse user lockout threshold: strconv.ParseUint: parsing \"x\": invalid syntax");
  CHECK(tune({{"lockout_threshold", true}}).error() ==
        "unable to convert given user lockout config information");
  CHECK(tune({{"lockout_threshold", 2}, {"lockout_duration", "10s"}}).status == 204);
  auto shown = estate.root().get("sys/auth/userpass/tune").data();
  CHECK(shown["user_lockout_threshold"] == 2);
  CHECK(shown["user_lockout_duration"] == 10);
  CHECK(fail() == 400);
  CHECK(fail() == 400);
  CHECK(estate.log_in("bob", "bob").status == 403);
  estate.at("11s");
  // The failures before are not forgotten with the lock.
  CHECK(fail() == 400);
  CHECK(estate.log_in("bob", "bob").status == 403);
  CHECK(tune({{"lockout_disable", true}}).status == 204);
  CHECK(estate.log_in("bob", "bob").status == 200);
  CHECK(estate.root().post("sys/auth/token/tune", {{"user_lockout_config", {{"x", 1}}}}).error() ==
        "tuning of user lockout configuration for auth type \"token\" not allowed");
}

TEST_CASE(
    "who logs in is read before the login is performed, unless nobody is locked out (R-709)") {
  estate_probe estate;
  estate.user("bob");
  auto odd = [&] { return estate.nobody().post("auth/userpass/login/bob", {{"password", {1}}}); };
  CHECK(odd().status == 500);
  estate.root().post("sys/auth/userpass/tune",
                     {{"user_lockout_config", {{"lockout_disable", true}}}});
  CHECK(odd().status == 400);
}

TEST_CASE("an approle login is not refused for addresses that bind its token (R-1714)") {
  estate_probe estate;
  estate.root().post("sys/auth/approle", {{"type", "approle"}});
  estate.root().post("auth/approle/role/r", {{"token_strictly_bind_ip", true}});
  auto secret = estate.root()
                    .post("auth/approle/role/r/secret-id", {{"token_bound_cidrs", "10.0.0.0/8"}})
                    .data()["secret_id"];
  auto role = estate.root().get("auth/approle/role/r/role-id").data()["role_id"];
  auto log_in = [&](const char* handle, const json& with) {
    return estate.keep(handle, estate.nobody().post("auth/approle/login", with));
  };
  CHECK(log_in("away", {{"role_id", role}, {"secret_id", secret}}).status == 200);
  CHECK_FALSE(estate.works("away"));
  // To bind strictly means nothing here.
  secret = estate.root().post("auth/approle/role/r/secret-id").data()["secret_id"];
  CHECK(log_in("here", {{"role_id", role}, {"secret_id", secret}}).status == 200);
  CHECK_FALSE(estate.look("here").contains("bound_cidrs"));
}
