// Section 10 of the rules: cubbyholes and response wrapping.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

constexpr auto not_valid = "wrapping token is not valid or does not exist";

struct wrapping : estate_probe {
  wrapping() {
    policy("p", R"(path "auth/token/create" { capabilities = ["update"] }
                   path "db/creds/*" { capabilities = ["read"] })");
    create("p", {{"policies", {"p"}}});
  }
  reply wrap(const std::string& ttl, const std::string& by = "p") {
    return keep("w", as(by).wrapping(ttl).post("auth/token/create"));
  }
  reply unwrap(const std::string& by = "w") {
    return keep("inner", as(by).post("sys/wrapping/unwrap"));
  }
};

} // namespace

TEST_CASE("each token has a cubbyhole of its own, which goes with it (R-1001)") {
  wrapping estate;
  estate.as("p").post("cubbyhole/a", {{"v", 1}});
  CHECK(estate.as("p").get("cubbyhole/a").data() == json{{"v", 1}});
  CHECK(estate.root().get("cubbyhole/a").status == 404);
  estate.root().post("auth/token/revoke", {{"token", estate.id("p")}});
  CHECK(estate.all<cubbyhole_changed>().back().second.entries == 0);
}

TEST_CASE("a batch token has no cubbyhole (R-1002)") {
  wrapping estate;
  estate.create("b", {{"type", "batch"}, {"policies", {"default"}}});
  auto refused = estate.as("b").post("cubbyhole/a", {{"v", 1}});
  CHECK(refused.status == 400);
  CHECK(refused.error() == "cubbyhole operations are only supported by 'service' type tokens");
}

TEST_CASE("a header asks for wrapping, in seconds or as a duration (R-1003)") {
  wrapping estate;
  CHECK(estate.wrap("60").wrap_info()["ttl"] == 60);
  CHECK(estate.wrap("1h").wrap_info()["ttl"] == 3600);
  CHECK(estate.wrap("-1s").status == 400);
}

TEST_CASE("only a success with something in it is wrapped (R-1004)") {
  wrapping estate;
  estate.user("bob");
  auto root = estate.root().wrapping("1h");
  CHECK(root.post("auth/token/create/none").body.contains("errors"));
  CHECK(root.post("auth/token/revoke", {{"token", "none"}}).status == 204);
  CHECK(root.list("sys/leases/lookup/none").status == 404);
  CHECK(estate.nobody()
            .wrapping("1h")
            .post("auth/userpass/login/bob", {{"password", "pw"}})
            .wrap_info()["ttl"] == 3600);
  CHECK(root.post("sys/wrapping/wrap").wrap_info().is_object()); // an empty body too
}

TEST_CASE("a wrapping token has one use, no parent and exactly the time asked for (R-1005)") {
  wrapping estate;
  estate.wrap("2000h");
  auto seen = estate.look("w");
  CHECK(seen["type"] == "service");
  CHECK(seen["orphan"] == true);
  CHECK(seen["policies"] == json{"response-wrapping"});
  CHECK(seen["num_uses"] == 1);
  CHECK(seen["creation_ttl"] == 7200000);
  CHECK(seen["explicit_max_ttl"] == 7200000);
  CHECK(seen["path"] == "auth/token/create");
  CHECK(seen["display_name"] == "");
  CHECK(seen["renewable"] == false);
  CHECK(seen["accessor"] == estate.accessor("w"));
}

TEST_CASE("the client sees wrap_info and nothing else (R-1006)") {
  wrapping estate;
  auto made = estate.wrap("1h");
  CHECK(made.auth().is_null());
  CHECK(made.data().is_null());
  auto info = made.wrap_info();
  CHECK(info["creation_path"] == "auth/token/create");
  CHECK(info["creation_time"] == "2026-01-01T00:00:00Z");
  CHECK(info["token"] == estate.id("w"));
  CHECK(info["wrapped_accessor"].get<std::string>().size() == 24);
  auto plain = estate.root().wrapping("1h").post("sys/wrapping/wrap", {{"v", 1}});
  CHECK_FALSE(plain.wrap_info().contains("wrapped_accessor"));
}

TEST_CASE("anybody may look a wrapping token up, at no cost (R-1007)") {
  wrapping estate;
  estate.wrap("1h");
  for (int i = 0; i < 3; ++i) {
    auto seen = estate.nobody().post("sys/wrapping/lookup", {{"token", estate.id("w")}}).data();
    CHECK(seen == json{{"creation_path", "auth/token/create"},
                       {"creation_time", "2026-01-01T00:00:00Z"},
                       {"creation_ttl", 3600}});
  }
  auto bad = estate.nobody().post("sys/wrapping/lookup", {{"token", "none"}});
  CHECK(bad.status == 400);
  CHECK(bad.error() == not_valid);
}

TEST_CASE("what is unwrapped is the response verbatim, once (R-1008)") {
  wrapping estate;
  estate.wrap("1h");
  SECTION("by the wrapping token") {
    auto inner = estate.unwrap();
    CHECK(inner.auth()["client_token"] == estate.id("inner"));
    CHECK(estate.look("inner")["accessor"] == estate.wrapped_accessor("w"));
    CHECK(estate.unwrap("w").error() == not_valid);
  }
  SECTION("by another, whose use it is too") {
    estate.create("by", {{"policies", {"default"}}, {"num_uses", 5}});
    json body{{"token", estate.id("w")}};
    CHECK(estate.as("by").post("sys/wrapping/unwrap", body).auth().is_object());
    CHECK(estate.look("by")["num_uses"] == 4);
    CHECK(estate.end_of("w")->second == end_cause::last_use);
    CHECK(estate.as("by").post("sys/wrapping/unwrap", body).error() == not_valid);
    CHECK(estate.look("by")["num_uses"] == 4);
  }
}

TEST_CASE("a rewrapped response starts a new full period and keeps its path (R-1009)") {
  wrapping estate;
  estate.wrap("1h");
  estate.at("50m");
  auto again = estate.root().post("sys/wrapping/rewrap", {{"token", estate.id("w")}});
  CHECK(again.wrap_info()["ttl"] == 3600);
  CHECK(again.wrap_info()["creation_path"] == "auth/token/create");
  estate.keep("w2", again);
  CHECK_FALSE(estate.works("w"));
  estate.at("1h40m");
  CHECK(estate.unwrap("w2").status == 200);
}

TEST_CASE("sys/wrapping/wrap wants the header (R-1010)") {
  wrapping estate;
  auto refused = estate.root().post("sys/wrapping/wrap", {{"v", 1}});
  CHECK(refused.status == 400);
  CHECK(refused.error() == "endpoint requires response wrapping to be used");
}

TEST_CASE("unwrapping tests the wrapping token before the caller (R-1011)") {
  wrapping estate;
  estate.create("dead", {{"policies", {"default"}}, {"num_uses", 3}});
  CHECK(estate.as("dead").post("sys/wrapping/unwrap").error() == not_valid);
  CHECK(estate.look("dead")["num_uses"] == 3);
  estate.root().post("auth/token/revoke", {{"token", estate.id("dead")}});
  for (auto path : {"sys/wrapping/unwrap", "sys/wrapping/rewrap"}) {
    auto seen = estate.as("dead").post(path);
    CHECK(seen.status == 400);
    CHECK(seen.error() == not_valid);
  }
  estate.wrap("1h");
  CHECK(estate.as("dead").post("sys/wrapping/unwrap", {{"token", estate.id("w")}}).status == 403);
}

TEST_CASE("the wrapper outlives its maker, what is in it does not (R-1012)") {
  wrapping estate;
  estate.database();
  estate.wrap("1h");
  estate.keep("wk", estate.as("p").wrapping("1h").get("db/creds/app"));
  estate.root().post("auth/token/revoke", {{"token", estate.id("p")}});
  CHECK(estate.unwrap().status == 200);
  CHECK_FALSE(estate.works("inner"));
  estate.keep("key", estate.as("wk").post("sys/wrapping/unwrap"));
  REQUIRE_FALSE(estate.lease("key").empty());
  CHECK_FALSE(estate.stands("key"));
}

TEST_CASE("if nobody unwraps, the wrapped token lives on unseen (R-1013)") {
  wrapping estate;
  estate.wrap("1h");
  estate.at("2h");
  CHECK(estate.unwrap().error() == not_valid);
  auto inner = estate.root().post("auth/token/lookup-accessor",
                                  {{"accessor", estate.wrapped_accessor("w")}});
  CHECK(inner.status == 200);
  CHECK(inner.data()["ttl"].get<int>() > 0);
}

TEST_CASE("the old way of unwrapping works once and says it is old (R-1014)") {
  wrapping estate;
  estate.wrap("1h");
  auto seen = estate.as("w").get("cubbyhole/response");
  CHECK(seen.status == 200);
  REQUIRE(seen.warnings().size() == 1);
  CHECK(seen.warnings()[0].substr(0, 56) ==
        "Reading from 'cubbyhole/response' is deprecated. Please ");
  auto inner = json::parse(seen.data()["response"].get<std::string>());
  CHECK(inner["auth"]["accessor"] == estate.wrapped_accessor("w"));
  CHECK(estate.as("w").get("cubbyhole/response").status == 403);
}

TEST_CASE("a listing of nothing is told before anybody unwraps it (R-1004)") {
  wrapping estate;
  CHECK(estate.root().wrapping("1h").list("sys/leases/lookup/none").error() == "unsupported path");
}

TEST_CASE("what an engine answers with a status of its own is wrapped too (R-1004)") {
  wrapping estate;
  estate.root().post("sys/mounts/m", {{"type", "kv-v2"}});
  estate.keep("w", estate.root().wrapping("1h").get("m/none/of/these"));
  auto inside = estate.unwrap();
  CHECK(inside.status == 404);
  CHECK(inside.warnings().size() == 1);
}

TEST_CASE("status paths do not wrap (R-1004)") {
  wrapping estate;
  CHECK(estate.root().wrapping("1h").get("sys/seal-status").body["sealed"] == false);
}

TEST_CASE(
    "wrap_info names a wrapped secret id, and nothing that is wrapped anew (R-1006, R-1009)") {
  wrapping estate;
  estate.root().post("sys/auth/approle", {{"type", "approle"}});
  estate.root().post("auth/approle/role/r");
  auto made = estate.keep("w", estate.root().wrapping("1h").post("auth/approle/role/r/secret-id"));
  auto anew = estate.root().post("sys/wrapping/rewrap", {{"token", estate.id("w")}});
  CHECK_FALSE(anew.wrap_info().contains("wrapped_accessor"));
  estate.keep("w", anew);
  CHECK(estate.unwrap().data()["secret_id_accessor"] == made.wrap_info()["wrapped_accessor"]);
}

TEST_CASE("a wrapping token that names itself has no use left for it (R-1008)") {
  wrapping estate;
  estate.wrap("1h");
  auto twice = estate.as("w").post("sys/wrapping/unwrap", {{"token", estate.id("w")}});
  CHECK(twice.status == 500);
  CHECK(twice.error() ==
        wrapped("error decrementing wrapping token's use-count: invalid token entry provided for "
                "use count decrementing"));
}
