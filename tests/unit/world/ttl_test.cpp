// Section 2.4 of the rules: how long what is granted lasts. The arithmetic itself is tested in
// tests/unit/ttl; here it is what a client sees.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

names w1(const std::string& asked, const std::string& max) {
  return {"period of \"" + asked + "\" exceeded the effective max_ttl of \"" + max +
          "\"; period value is capped accordingly"};
}
names w2(const std::string& asked, const std::string& left) {
  return {"TTL of \"" + asked + "\" exceeded the effective max_ttl of \"" + left +
          "\"; TTL value is capped accordingly"};
}

struct grants : estate_probe {
  reply ask(json body) {
    body["policies"] = json{"default"};
    return create("t", std::move(body));
  }
};

} // namespace

TEST_CASE("what is created gets its worked value (R-231, R-232)") {
  grants estate;
  SECTION("nothing asked") {
    auto made = estate.ask(json::object());
    CHECK(made.lease_duration() == 2764800);
    CHECK(made.warnings().empty());
  }
  SECTION("a ttl") { CHECK(estate.ask({{"ttl", "1h"}}).lease_duration() == 3600); }
  SECTION("a ttl above the system's maximum") {
    auto made = estate.ask({{"ttl", "1000h"}});
    CHECK(made.lease_duration() == 2764800);
    CHECK(made.warnings() == w2("1000h", "768h"));
  }
  SECTION("an explicit maximum below the ttl") {
    auto made = estate.ask({{"ttl", "1h"}, {"explicit_max_ttl", "30m"}});
    CHECK(made.lease_duration() == 1800);
    CHECK(made.warnings() == w2("1h", "30m"));
  }
  SECTION("an explicit maximum alone") {
    auto made = estate.ask({{"explicit_max_ttl", "30m"}});
    CHECK(made.lease_duration() == 1800);
    CHECK(made.warnings() == w2("768h", "30m"));
  }
  SECTION("a period") {
    CHECK(estate.ask({{"period", "1h"}}).lease_duration() == 3600);
    auto made = estate.ask({{"period", "1000h"}});
    CHECK(made.lease_duration() == 2764800);
    CHECK(made.warnings() == w1("1000h", "768h"));
  }
  SECTION("a period meets its explicit maximum") {
    estate.ask({{"period", "1h"}, {"explicit_max_ttl", "3h"}});
    for (auto when : {"50m", "1h40m"}) {
      estate.at(when);
      CHECK(estate.as("t").renew().lease_duration() == 3600);
    }
    estate.at("2h30m");
    auto renewed = estate.as("t").renew();
    CHECK(renewed.lease_duration() == 1800);
    CHECK(renewed.warnings() == w2("1h", "30m"));
  }
}

TEST_CASE("a mount's values replace the system's in either direction (R-233, R-1304)") {
  grants estate;
  auto tune = [&](json body) { return estate.root().post("sys/auth/token/tune", body).status; };
  REQUIRE(tune({{"default_lease_ttl", "2h"}}) == 204);
  CHECK(estate.ask(json::object()).lease_duration() == 7200);
  REQUIRE(tune({{"max_lease_ttl", "1h"}, {"default_lease_ttl", "30m"}}) == 204);
  CHECK(estate.ask({{"ttl", "2h"}}).lease_duration() == 3600);
  REQUIRE(tune({{"max_lease_ttl", "2000h"}}) == 204);
  CHECK(estate.ask({{"ttl", "1500h"}}).lease_duration() == 1500 * 3600);
}

TEST_CASE("a root token without any TTL parameter never ends and is not renewable (R-234)") {
  estate_probe estate;
  auto made = estate.create("r");
  CHECK(made.lease_duration() == 0);
  CHECK(made.auth()["renewable"] == false);
  CHECK(estate.look("r")["expire_time"].is_null());
  estate.at("20000h");
  CHECK(estate.works("r"));
}

TEST_CASE("a root token with only an explicit maximum gets it uncapped (R-235)") {
  estate_probe estate;
  auto made = estate.create("r", {{"explicit_max_ttl", "1000h"}});
  CHECK(made.lease_duration() == 3600000);
  CHECK(made.warnings().empty());
}

TEST_CASE("of call and role the lesser counts, and a warning says so (R-236)") {
  grants estate;
  estate.root().post("auth/token/roles/r",
                     {{"token_explicit_max_ttl", "2h"}, {"token_period", "40m"}});
  auto made =
      estate.create("t", {{"explicit_max_ttl", "3h"}, {"period", "30m"}, {"policies", {"default"}}},
                    "root", "auth/token/create/r");
  CHECK(made.lease_duration() == 1800);
  CHECK(made.warnings() ==
        names{"Explicit max TTL specified both during creation call and in role; using the lesser "
              "value of 7200 seconds",
              "Period specified both during creation call and in role; using the lesser value of "
              "1800 seconds"});
}

TEST_CASE("a role's period needs no sudo (R-237)") {
  grants estate;
  estate.policy("maker", R"(path "auth/token/create*" { capabilities = ["update"] })");
  estate.create("maker", {{"policies", {"maker"}}});
  estate.root().post("auth/token/roles/r", {{"token_period", "1h"}});
  CHECK(estate.create("t", json::object(), "maker", "auth/token/create/r").lease_duration() ==
        3600);
}

TEST_CASE("a role's explicit maximum above the system's is saved, and its tokens are cut (R-238)") {
  grants estate;
  auto saved = estate.root().post("auth/token/roles/r", {{"token_explicit_max_ttl", "1000h"}});
  CHECK(saved.status < 300);
  CHECK(
      estate
          .create("t", {{"policies", {"default"}}, {"ttl", "900h"}}, "root", "auth/token/create/r")
          .lease_duration() == 2764800);
}

TEST_CASE("a token role has no ttl of its own (R-239)") {
  grants estate;
  auto written = estate.root().post("auth/token/roles/r", {{"token_ttl", "1h"}});
  CHECK(written.status == 204); // an answer without a body has no place for a warning (R-207)
  CHECK_FALSE(estate.root().get("auth/token/roles/r").data().contains("token_ttl"));
  CHECK(estate.create("t", {{"policies", {"default"}}}, "root", "auth/token/create/r")
            .lease_duration() == 2764800);
}
