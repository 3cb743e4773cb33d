// Section 2 of the rules but for policies and TTLs: who may create what, and in which order a
// request is refused.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

constexpr auto create = "auth/token/create";
constexpr auto orphan = "auth/token/create-orphan";

/// An estate with a caller `maker` that may create but has no sudo.
struct workshop : estate_probe {
  workshop() {
    policy("maker", R"(path "auth/token/create*" { capabilities = ["create", "update"] })");
    create("maker", {{"policies", {"maker"}}});
  }
};

} // namespace

TEST_CASE("creation needs `update` on exactly its path (R-201)") {
  estate_probe estate;
  estate.policy("direct", R"(path "auth/token/create" { capabilities = ["update"] })");
  estate.policy("creating", R"(path "auth/token/create" { capabilities = ["create"] })");
  estate.create("direct", {{"policies", {"direct"}}});
  estate.create("creating", {{"policies", {"creating"}}});
  CHECK(estate.create("a", json::object(), "direct").status == 200);
  CHECK(estate.create("b", json::object(), "direct", orphan).status == 403);
  CHECK(estate.create("c", json::object(), "creating").status == 403);
  CHECK(estate.as("direct").ask("PUT", create, json::object()).status == 200);
}

TEST_CASE("sudo counts on the path that is called (R-202)") {
  estate_probe estate;
  estate.policy("half", R"(path "auth/token/create" { capabilities = ["update", "sudo"] }
                           path "auth/token/create-orphan" { capabilities = ["update"] })");
  estate.create("half", {{"policies", {"half"}}});
  CHECK(estate.create("a", {{"period", "1h"}}, "half").status == 200);
  CHECK(estate.create("b", {{"period", "1h"}}, "half", orphan).error() ==
        "root or sudo privileges required to create periodic token");
}

TEST_CASE("the first of the failing checks speaks (R-203)") {
  workshop estate;
  auto as_maker = [&](json body, std::string_view path = create) {
    return estate.create("x", std::move(body), "maker", path).error();
  };
  SECTION("0: the role before everything") {
    CHECK(as_maker({{"policies", {"root"}}}, "auth/token/create/none") == "unknown role none");
  }
  SECTION("2: a batch caller before the period") {
    estate.create("b", {{"policies", {"maker"}}, {"type", "batch"}});
    CHECK(estate.create("x", {{"type", "batch"}, {"period", "1h"}}, "b").error() ==
          "batch tokens cannot create more tokens");
  }
  SECTION("3: a limited caller before its policies") {
    estate.create("l", {{"policies", {"maker"}}, {"num_uses", 3}});
    CHECK(estate.create("x", {{"policies", {"other"}}}, "l").error() ==
          "restricted use token cannot generate child tokens");
  }
  SECTION("5: explicit maximum, uses, period, in this order") {
    CHECK(as_maker(
              {{"type", "batch"}, {"explicit_max_ttl", "1h"}, {"num_uses", 1}, {"period", "1h"}}) ==
          "batch tokens cannot have \"explicit_max_ttl\" set");
    CHECK(as_maker({{"type", "batch"}, {"num_uses", 1}, {"period", "1h"}}) ==
          "batch tokens cannot have \"num_uses\" set");
    CHECK(as_maker({{"type", "batch"}, {"period", "1h"}}) ==
          "batch tokens cannot have \"period\" set");
  }
  SECTION("6 and 7") {
    CHECK(as_maker({{"type", "big"}, {"num_uses", -1}}) == "invalid 'token_type' value");
    CHECK(as_maker({{"num_uses", -1}, {"id", "a"}}) == "number of uses cannot be negative");
  }
  SECTION("9 before 10") {
    CHECK(as_maker({{"id", "a"}, {"policies", {"other"}}}) ==
          "root or sudo privileges required to specify token id");
  }
  SECTION("10 before 13, 11 before 15") {
    CHECK(as_maker({{"policies", {"other"}}, {"no_parent", true}}) ==
          "child policies must be subset of parent");
    estate.policy("sudo", R"(path "auth/token/create" { capabilities = ["update", "sudo"] })");
    estate.create("sudo", {{"policies", {"sudo"}}});
    CHECK(estate.create("x", {{"policies", {"root"}}, {"period", "-1h"}}, "sudo").error() ==
          "root tokens may not be created without parent token being root");
  }
  SECTION("12: no batch token is root") {
    CHECK(estate.create("x", {{"type", "batch"}, {"policies", {"root"}}}).error() ==
          "batch tokens cannot be root tokens");
  }
  SECTION("13 before 14 before 15") {
    CHECK(as_maker({{"no_parent", true}, {"ttl", "abc"}}) ==
          "root or sudo privileges required to create orphan token");
    CHECK(as_maker({{"ttl", "-1h"}, {"period", "1h"}}) == "ttl must be positive");
    CHECK(as_maker({{"explicit_max_ttl", "-1h"}}) == "explicit_max_ttl must be positive");
    CHECK(as_maker({{"period", "-1h"}}) == "period must be positive");
    CHECK(as_maker({{"lease", "-1h"}}) == "lease must be positive");
    CHECK(as_maker({{"period", "1h"}}) ==
          "root or sudo privileges required to create periodic token");
  }
}

TEST_CASE("success is 200 with an auth block and no lease at top level (R-204, R-248)") {
  estate_probe estate;
  auto made = estate.create("app", {{"policies", {"default"}}, {"num_uses", 3}});
  CHECK(made.status == 200);
  CHECK(made.body["lease_id"] == "");
  CHECK(made.body["warnings"].is_null());
  CHECK(made.auth()["lease_duration"] == 2764800);
  CHECK(made.auth()["orphan"] == false);
  CHECK(made.auth()["num_uses"] == 3);
  CHECK(made.auth()["mfa_requirement"].is_null());
}

TEST_CASE("a duration of zero is none (R-205)") {
  workshop estate;
  for (json zero : {json("0"), json("0s"), json(0)}) {
    json body{{"ttl", zero}, {"period", zero}, {"explicit_max_ttl", zero}};
    CHECK(estate.create("a", body, "maker").lease_duration() == 2764800);
    body["type"] = "batch";
    CHECK(estate.create("b", body, "maker").status == 200);
  }
}

TEST_CASE("`lease` is an old name of `ttl` and gives way to it (R-206)") {
  estate_probe estate;
  CHECK(estate.create("a", {{"lease", "1h"}}).lease_duration() == 3600);
  CHECK(estate.create("b", {{"lease", "1h"}, {"ttl", "2h"}}).lease_duration() == 7200);
}

TEST_CASE("unknown keys warn, wrong types fail (R-207)") {
  estate_probe estate;
  auto odd = estate.create("a", {{"colour", "red"}});
  CHECK(odd.status == 200);
  CHECK(odd.warnings() == names{"Endpoint ignored these unrecognized parameters: [colour]"});
  auto wrong = estate.create("b", {{"num_uses", "x"}});
  CHECK(wrong.status == 400);
  CHECK(wrong.error().substr(0, 70) ==
        "Field validation failed: error converting input for field \"num_uses\": ");
}

TEST_CASE("each policy that does not exist is warned of (R-209)") {
  estate_probe estate;
  auto made = estate.create("a", {{"policies", {"x", "default", "y"}}});
  CHECK(made.status == 200);
  CHECK(made.warnings() == names{"Policy \"x\" does not exist", "Policy \"y\" does not exist"});
}

TEST_CASE("a request for blank names inherits nothing (R-221)") {
  estate_probe estate;
  auto policies = [](const reply& made) { return made.auth()["policies"].get<names>(); };
  for (const auto& blank : {json(" "), json::array({""}), json::array({" ", "\t"})})
    CHECK(policies(estate.create("a", {{"policies", blank}})) == names{"default"});
  for (const auto& nothing : {json(""), json::array(), json()})
    CHECK(policies(estate.create("b", {{"policies", nothing}})) == names{"root"});
  CHECK(policies(estate.create("c", {{"policies", " "}, {"no_default_policy", true}})).empty());
  estate.create("plain", {{"policies", {"x"}}, {"no_default_policy", true}});
  CHECK(estate.create("d", {{"policies", " "}}, "plain").status == 403);
  estate.root().post("auth/token/roles/r",
                     {{"allowed_policies", "y"}, {"token_no_default_policy", true}});
  CHECK(policies(estate.create("e", {{"policies", " "}}, "root", "auth/token/create/r")) ==
        names{"y"});
}

TEST_CASE("null is the zero of its kind (R-1709)") {
  estate_probe estate;
  auto made = estate.create("a", {{"ttl", "1h"}, {"renewable", nullptr}, {"meta", nullptr}});
  CHECK_FALSE(made.auth()["renewable"].get<bool>());
  CHECK(made.auth()["metadata"].is_null());
  CHECK(estate.look("a")["renewable"] == false);
}

TEST_CASE("the caller is the parent unless an orphan is asked for (R-210)") {
  workshop estate;
  estate.root().post("auth/token/roles/orphans", {{"orphan", true}});
  auto is_orphan = [](const reply& made) { return made.auth()["orphan"].get<bool>(); };
  CHECK_FALSE(is_orphan(estate.create("child", json::object(), "maker")));
  CHECK(is_orphan(estate.create("a", json::object(), "maker", orphan)));
  CHECK(is_orphan(estate.create("b", {{"no_parent", true}})));
  CHECK(is_orphan(estate.create("c", json::object(), "maker", "auth/token/create/orphans")));
}

TEST_CASE("with a role no_parent is ignored: the role alone decides (R-211)") {
  workshop estate;
  estate.root().post("auth/token/roles/family");
  auto made = estate.create("a", {{"no_parent", true}}, "maker", "auth/token/create/family");
  CHECK(made.status == 200);
  CHECK(made.auth()["orphan"] == false);
}

TEST_CASE("a child inherits entity and addresses, an orphan neither (R-212)") {
  workshop estate;
  estate.user("bob", {{"token_policies", {"maker"}}, {"token_bound_cidrs", "127.0.0.0/8"}});
  estate.root().post("auth/token/roles/open");
  estate.log_in("bob", "bob");
  estate.create("child", json::object(), "bob");
  estate.create("orphan", json::object(), "bob", orphan);
  estate.create("role", json::object(), "bob", "auth/token/create/open");
  auto bob = estate.look("bob");
  CHECK(estate.look("child")["entity_id"] == bob["entity_id"]);
  CHECK(estate.look("child")["bound_cidrs"] == json{"127.0.0.0/8"});
  CHECK(estate.look("orphan")["entity_id"] == "");
  CHECK_FALSE(estate.look("orphan").contains("bound_cidrs"));
  CHECK_FALSE(estate.look("role").contains("bound_cidrs"));
}

TEST_CASE("a child may be granted more time than its parent has (R-213)") {
  workshop estate;
  estate.create("short", {{"policies", {"maker"}}, {"ttl", "5m"}});
  CHECK(estate.create("long", {{"ttl", "24h"}, {"explicit_max_ttl", "48h"}}, "short")
            .lease_duration() == 86400);
}

TEST_CASE("a tree may be deep and wide (R-214)") {
  estate_probe estate;
  std::string parent = "root";
  for (int i = 0; i < 200; ++i) {
    auto child = "d" + std::to_string(i);
    REQUIRE(estate.create(child, json::object(), parent).status == 200);
    REQUIRE(estate.create("w" + std::to_string(i), json::object(), "d0").status == 200);
    parent = child;
  }
  CHECK(estate.works("d199"));
  estate.root().post("auth/token/revoke", {{"token", estate.id("d0")}});
  CHECK_FALSE(estate.works("d199"));
  CHECK_FALSE(estate.works("w150"));
}

TEST_CASE("of two use counts the lesser that is not zero wins (R-241)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/ten", {{"token_num_uses", 10}});
  auto granted = [&](int asked) {
    return estate.create("x", {{"num_uses", asked}}, "root", "auth/token/create/ten")
        .auth()["num_uses"]
        .get<int>();
  };
  CHECK(granted(10) == 10);
  CHECK(granted(5) == 5);
  CHECK(granted(15) == 10);
  CHECK(granted(0) == 10);
}

TEST_CASE("renewable unless caller, role, type or a missing end say otherwise (R-242)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/fixed", {{"renewable", false}});
  auto renewable = [](const reply& made) { return made.auth()["renewable"].get<bool>(); };
  CHECK(renewable(estate.create("a", {{"ttl", "1h"}})));
  CHECK_FALSE(renewable(estate.create("b", {{"ttl", "1h"}, {"renewable", false}})));
  CHECK_FALSE(renewable(estate.create("c", {{"ttl", "1h"}}, "root", "auth/token/create/fixed")));
  CHECK_FALSE(renewable(estate.create("d", {{"type", "batch"}, {"policies", {"default"}}})));
  CHECK_FALSE(renewable(estate.create("e")));
}

TEST_CASE("a role's type overrides, its default type gives way (R-243)") {
  estate_probe estate;
  auto made = [&](const char* of_role, json body) {
    estate.root().post("auth/token/roles/r", {{"token_type", of_role},
                                              {"orphan", true},
                                              {"renewable", false},
                                              {"allowed_policies", "default"}});
    return estate.create("x", std::move(body), "root", "auth/token/create/r")
        .auth()["token_type"]
        .get<std::string>();
  };
  CHECK(made("service", {{"type", "batch"}}) == "service");
  CHECK(made("batch", {{"type", "service"}}) == "batch");
  CHECK(made("default-service", json::object()) == "service");
  CHECK(made("default-service", {{"type", "batch"}}) == "batch");
  CHECK(made("default-batch", json::object()) == "batch");
  CHECK(made("default-batch", {{"type", "service"}}) == "service");
  estate.root().post("auth/token/roles/plain");
  CHECK(estate.root().get("auth/token/roles/plain").data()["token_type"] == "default-service");
}

TEST_CASE("asking for a service token on a default-batch role gives one (R-244)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/r", {{"token_type", "default-batch"}});
  CHECK(estate.create("x", {{"type", "service"}}, "root", "auth/token/create/r")
            .auth()["token_type"] == "service");
}

TEST_CASE("a batch role is orphan, not renewable, without period and explicit maximum (R-245)") {
  estate_probe estate;
  auto refusal = [&](json more) {
    json body{{"token_type", "batch"}, {"orphan", true}, {"renewable", false}};
    body.update(more);
    auto made = estate.root().post("auth/token/roles/" + std::to_string(more.dump().size()), body);
    return made.status == 400 ? made.error() : std::string{"accepted"};
  };
  const std::string head = "'token_type' cannot be 'batch' when role is set to generate ";
  CHECK(refusal(json::object()) == "accepted");
  CHECK(refusal({{"orphan", false}}) == head + "non-orphan tokens");
  CHECK(refusal({{"token_period", "1h"}}) == head + "periodic tokens");
  CHECK(refusal({{"renewable", true}}) == head + "renewable tokens");
  CHECK(refusal({{"token_explicit_max_ttl", "1h"}}) == head + "tokens with an explicit max TTL");
}

TEST_CASE("a batch role's use count is shown and not enforced (R-246)") {
  estate_probe estate;
  estate.root().post("auth/token/roles/r", {{"token_type", "batch"},
                                            {"orphan", true},
                                            {"renewable", false},
                                            {"token_num_uses", 2},
                                            {"allowed_policies", "default"}});
  CHECK(estate.create("b", json::object(), "root", "auth/token/create/r").auth()["num_uses"] == 2);
  CHECK(estate.look("b")["num_uses"] == 0);
  for (int i = 0; i < 5; ++i)
    CHECK(estate.works("b"));
}

TEST_CASE("a path suffix holds two word characters and a letter between, and no dots (R-247)") {
  estate_probe estate;
  auto status = [&](const char* suffix) {
    return estate.root().post("auth/token/roles/r", {{"path_suffix", suffix}}).status;
  };
  CHECK(status("ci-v1") == 204);
  CHECK(status("..ab-c") == 400);
  CHECK(status("v1") == 400);
}

TEST_CASE("an edited role acts on later creations and renewals, a deleted one only there (R-249)") {
  estate_probe estate;
  constexpr auto role = "auth/token/roles/r";
  estate.root().post(role, {{"token_period", "1h"}});
  estate.create("a", json::object(), "root", "auth/token/create/r");
  estate.root().post(role, {{"token_period", "2h"}});
  CHECK(estate.look("a")["ttl"] == 3600);
  CHECK(estate.as("a").renew().lease_duration() == 7200);
  CHECK(estate.create("b", json::object(), "root", "auth/token/create/r").lease_duration() == 7200);
  estate.root().remove(role);
  CHECK(estate.works("a"));
  CHECK(estate.as("a").renew().status == 500);
}
