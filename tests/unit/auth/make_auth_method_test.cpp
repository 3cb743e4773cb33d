#include "actors/auth/make_auth_method.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine_probe.hpp"

using namespace lapse;
using namespace lapse::auth;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

engine_probe mounted(std::string_view type) {
  return {"auth/" + std::string{type} + "/", make_auth_method(type)};
}

/// A userpass mount with the user amy, password pw.
engine_probe with_amy(json params = json::object()) {
  auto result = mounted("userpass");
  params["password"] = "pw";
  REQUIRE(result.status("POST", "users/amy", std::move(params)) == 204);
  return result;
}

const json right = {{"password", "pw"}};
const json wrong = {{"password", "bad"}};

} // namespace

TEST_CASE("an unknown type makes no auth method") { CHECK(make_auth_method("ghost") == nullptr); }

TEST_CASE("a userpass login takes its terms from the user (R-703, R-710)") {
  auto method = with_amy({{"token_ttl", "5s"}, {"token_policies", {"maker"}}});
  CHECK(method.what().unauthenticated("login/amy"));
  CHECK_FALSE(method.what().unauthenticated("users/amy"));
  auto reply = method.ask("POST", "login/Amy", right);
  CHECK(reply.reply.status == 200);
  REQUIRE(reply.login.has_value());
  CHECK(reply.login->ttl == 5s);
  CHECK(reply.login->policies == std::vector<std::string>{"maker"});
  CHECK(reply.login->display_name == "amy");
  CHECK(reply.login->alias == "amy");
  CHECK(reply.login->metadata == std::map<std::string, std::string>{{"username", "amy"}});
}

TEST_CASE("a failed userpass login answers bare (R-709, R-1204)") {
  auto method = with_amy();
  CHECK(method.status("POST", "login/amy", wrong) == 400);
  CHECK(method.error("POST", "login/amy", wrong) == "invalid username or password");
  CHECK(method.error("POST", "login/nobody", right) == "invalid username or password");
  CHECK(method.status("POST", "login/amy", json::object()) == 500);
  CHECK(method.error("POST", "login/amy", json::object()) == "missing password");
  CHECK(method.error("GET", "login/amy") == "unsupported operation");
}

TEST_CASE("a user bound to another address may not log in (login-cidr)") {
  auto method = with_amy({{"token_bound_cidrs", "10.9.0.0/16"}});
  CHECK(method.status("POST", "login/amy", right) == 403);
  CHECK(method.error("POST", "login/amy", right) == "permission denied");
}

TEST_CASE("five wrong passwords lock a user out for fifteen minutes (R-709)") {
  auto method = with_amy();
  for (int i = 0; i < 5; ++i)
    REQUIRE(method.status("POST", "login/amy", wrong) == 400);
  CHECK(method.status("POST", "login/amy", right) == 403);
  method.now = 15min - 1s;
  CHECK(method.status("POST", "login/amy", right) == 403);
  method.now = 15min;
  CHECK(method.status("POST", "login/amy", right) == 200);
}

TEST_CASE("a right password, or fifteen quiet minutes, start the count of failures anew (R-709)") {
  auto method = with_amy();
  for (int i = 0; i < 4; ++i)
    REQUIRE(method.status("POST", "login/amy", wrong) == 400);
  REQUIRE(method.status("POST", "login/amy", right) == 200);
  for (int i = 0; i < 4; ++i)
    REQUIRE(method.status("POST", "login/amy", wrong) == 400);
  method.now = 15min + 1ms;
  CHECK(method.status("POST", "login/amy", wrong) == 400);
  CHECK(method.status("POST", "login/amy", right) == 200);
}

TEST_CASE("users are written, read, listed and deleted (R-1711, R-1713)") {
  auto method = with_amy({{"token_ttl", "5s"}});
  CHECK(method.error("POST", "users/bob", json::object()) ==
        "must provide either password or password_hash");
  CHECK(method.status("POST", "users/amy", {{"token_max_ttl", "9s"}}) == 204);
  auto user = method.data("GET", "users/amy");
  CHECK(user["token_ttl"] == 5);
  CHECK(user["token_max_ttl"] == 9);
  CHECK(user.size() == 10);
  CHECK(method.data("LIST", "users")["keys"] == json{"amy"});
  CHECK(method.data("LIST", "users/")["keys"] == json{"amy"});
  CHECK(method.exists("users/amy") == true);
  CHECK(method.status("DELETE", "users/amy") == 204);
  CHECK(method.exists("users/amy") == false);
  CHECK(method.status("GET", "users/amy") == 404);
  CHECK(method.status("LIST", "users") == 404);
}

TEST_CASE("renewal of a userpass login reads the user as it is now (R-416, R-712)") {
  auto method = with_amy({{"token_ttl", "5s"}, {"token_policies", "maker"}});
  const std::vector<std::string> held = {"default", "maker"};
  REQUIRE(method.status("POST", "users/amy", {{"token_ttl", "7s"}}) == 204);
  CHECK(method.what().renew_login("amy", held).ttl == 7s);
  REQUIRE(method.status("POST", "users/amy", {{"token_policies", "other"}}) == 204);
  CHECK(method.what().renew_login("amy", held).error == "policies have changed, not renewing");
}

TEST_CASE("renewal of a userpass login answers nothing once the user is gone (R-416, R-713)") {
  auto method = with_amy();
  REQUIRE(method.status("DELETE", "users/amy") == 204);
  auto renewal = method.what().renew_login("amy", {"default"});
  CHECK(renewal.nothing);
  CHECK(renewal.error.empty());
}

TEST_CASE("an approle login needs a role id and a secret id that belong together (R-1714)") {
  auto method = mounted("approle");
  REQUIRE(method.status("POST", "role/app", {{"token_ttl", "6s"}}) == 204);
  const auto role_id = method.data("GET", "role/app/role-id")["role_id"];
  const auto secret_id = method.data("POST", "role/app/secret-id")["secret_id"];
  auto reply = method.ask("POST", "login", {{"role_id", role_id}, {"secret_id", secret_id}});
  REQUIRE(reply.login.has_value());
  CHECK(reply.login->ttl == 6s);
  CHECK(reply.login->display_name.empty());
  CHECK(reply.login->principal == "app");
  CHECK(reply.login->metadata == std::map<std::string, std::string>{{"role_name", "app"}});
  CHECK(method.error("POST", "login", {{"role_id", role_id}, {"secret_id", "nope"}}) ==
        "invalid role or secret ID");
  CHECK(method.error("POST", "login", {{"role_id", "nope"}, {"secret_id", secret_id}}) ==
        "invalid role or secret ID");
  CHECK(method.status("POST", "login", json::object()) == 500);
}

TEST_CASE("a secret id works as often as it says (R-1714)") {
  auto method = mounted("approle");
  REQUIRE(method.status("POST", "role/app", {{"secret_id_num_uses", 2}, {"role_id", "r"}}) == 204);
  REQUIRE(method.status("POST", "role/app/custom-secret-id", {{"secret_id", "s"}}) == 200);
  const json login = {{"role_id", "r"}, {"secret_id", "s"}};
  CHECK(method.status("POST", "login", login) == 200);
  CHECK(method.status("POST", "login", login) == 200);
  CHECK(method.status("POST", "login", login) == 400);
}

TEST_CASE("a secret id past its TTL works until the clean-up of the next whole minute (R-1714)") {
  auto method = mounted("approle");
  REQUIRE(method.status("POST", "role/app", {{"secret_id_ttl", "8s"}, {"role_id", "r"}}) == 204);
  REQUIRE(method.status("POST", "role/app/custom-secret-id", {{"secret_id", "s"}}) == 200);
  const json login = {{"role_id", "r"}, {"secret_id", "s"}};
  method.now = 59s;
  CHECK(method.status("POST", "login", login) == 200);
  method.now = 60s;
  CHECK(method.status("POST", "login", login) == 400);
}

TEST_CASE("renewal of an approle login follows the role, and fails without it (R-417, R-713)") {
  auto method = mounted("approle");
  REQUIRE(method.status("POST", "role/p", {{"token_period", "5s"}}) == 204);
  REQUIRE(method.status("POST", "role/p", {{"token_period", "9s"}}) == 204);
  CHECK(method.what().renew_login("p", {}).period == 9s);
  REQUIRE(method.status("DELETE", "role/p") == 204);
  CHECK(method.what().renew_login("p", {}).error == "role \"p\" does not exist during renewal");
}

TEST_CASE("an approle reads back with all its keys (approle-lifecycle)") {
  auto method = mounted("approle");
  REQUIRE(method.status("POST", "role/u", {{"token_num_uses", 2}}) == 204);
  auto role = method.data("GET", "role/u");
  CHECK(role["bind_secret_id"] == true);
  CHECK(role["secret_id_bound_cidrs"] == nullptr);
  CHECK(role["token_num_uses"] == 2);
  CHECK(role.size() == 15);
  CHECK(method.data("LIST", "role")["keys"] == json{"u"});
  CHECK(method.exists("role/u") == true);
  CHECK_FALSE(method.exists("role/u/role-id").has_value());
}

TEST_CASE("a github login names the account by its token or its username") {
  auto method = mounted("github");
  CHECK(method.status("POST", "login", {{"token", "octavia"}}) == 400);
  REQUIRE(method.status("POST", "users/octavia", {{"token_ttl", "1h"}}) == 204);
  REQUIRE(method.status("POST", "map/users/octavia", {{"value", "dev, ops"}}) == 204);
  for (auto key : {"token", "username"}) {
    CAPTURE(key);
    auto reply = method.ask("POST", "login", {{key, "octavia"}});
    REQUIRE(reply.login.has_value());
    CHECK(reply.login->ttl == 1h);
    CHECK(reply.login->policies == std::vector<std::string>{"dev", "ops"});
    CHECK(reply.login->display_name == "octavia");
  }
  CHECK(method.what().renew_login("octavia", {"default", "dev", "ops"}).ttl == 1h);
  CHECK(method.what().renew_login("octavia", {"dev"}).error == "policies do not match");
}

TEST_CASE("a generic method lets everybody in, with parameters for those it knows") {
  auto method = mounted("generic");
  REQUIRE(method.status("POST", "roles/known", {{"token_period", "1h"}}) == 204);
  CHECK(method.ask("POST", "login/known").login->period == 1h);
  auto stranger = method.ask("POST", "login/stranger");
  REQUIRE(stranger.login.has_value());
  CHECK(stranger.login->ttl == 0s);
  CHECK(stranger.login->alias == "stranger");
  CHECK(method.error("POST", "users/x", {{"token_type", "weird"}}) ==
        "invalid 'token_type' value \"weird\"");
}
