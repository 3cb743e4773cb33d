// What surprises users, E-01 to E-36: life, renewal, use counts, creation. Times and values are
// those of the cases; the clock starts at 0, the system's TTLs are 768h.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

struct surprise : estate_probe {
  explicit surprise(const server_config& config = {}) : estate_probe(config) {
    policy("all", R"(path "*" { capabilities = ["create", "read", "update", "delete", "list"] })");
  }
  reply make(const std::string& name, json body = json::object(), const std::string& by = "root",
             std::string_view path = "auth/token/create") {
    if (!body.contains("policies"))
      body["policies"] = json{"all"};
    return create(name, std::move(body), by, path);
  }
  reply renew(const std::string& name, const char* increment = nullptr) {
    return increment == nullptr ? as(name).renew() : as(name).renew({{"increment", increment}});
  }
  reply role(json terms = json::object()) {
    return root().post("auth/token/roles/R", std::move(terms));
  }
};

constexpr auto by_role = "auth/token/create/R";
constexpr auto past_max = "past the max TTL, cannot renew";

server_config slow_queue() {
  server_config config;
  config.revocation_delay = std::chrono::seconds{30};
  return config;
}

} // namespace

TEST_CASE("E-01 a child dies with its parent, 23 hours early") {
  surprise estate;
  estate.make("P", {{"ttl", "1h"}});
  estate.make("C", {{"ttl", "24h"}}, "P");
  estate.after("1h");
  CHECK_FALSE(estate.works("C"));
  CHECK(estate.end_of("C") == std::pair{instant{std::chrono::hours{1}}, end_cause::ancestor});
}

TEST_CASE("E-02 with a late queue the child works on, a batch child does not") {
  surprise estate{slow_queue()};
  estate.make("P", {{"ttl", "1h"}});
  estate.make("C", {{"ttl", "24h"}}, "P");
  estate.make("B", {{"ttl", "24h"}, {"type", "batch"}}, "P");
  estate.at("1h29s");
  CHECK_FALSE(estate.works("P"));
  CHECK(estate.works("C"));
  CHECK_FALSE(estate.works("B"));
  CHECK(estate.end_of("B") == std::pair{instant{std::chrono::hours{1}}, end_cause::ancestor});
  CHECK_FALSE(estate.end_of("C"));
  estate.at("1h31s");
  CHECK_FALSE(estate.works("C"));
}

TEST_CASE("E-03 renewing the parent does nothing for the child") {
  surprise estate;
  estate.make("P", {{"ttl", "1h"}});
  estate.make("C", {{"ttl", "90m"}}, "P");
  for (auto when : {"50m", "1h40m", "2h30m"}) {
    estate.at(when);
    CHECK(estate.renew("P").status == 200);
  }
  CHECK(estate.end_of("C") == std::pair{instant{std::chrono::minutes{90}}, end_cause::deadline});
}

TEST_CASE("E-04 a lease of 768 hours ends with its token after one") {
  surprise estate;
  estate.database({{"default_ttl", "768h"}});
  estate.make("T", {{"ttl", "1h"}});
  auto made = estate.lease_of("L", "T");
  CHECK(made.lease_duration() == 2764800);
  CHECK(made.warnings().empty());
  estate.after("1h");
  CHECK(estate.look_lease("L").status == 400);
}

TEST_CASE("E-05 a lease that is renewed dies with a login that is not") {
  surprise estate;
  estate.database({{"default_ttl", "1h"}});
  estate.user("job", {{"token_ttl", "5m"}, {"token_policies", {"all"}}});
  estate.log_in("job", "job");
  estate.lease_of("L", "job");
  estate.at("4m");
  CHECK(estate.as("job")
            .post("sys/leases/renew", {{"lease_id", estate.lease("L")}})
            .lease_duration() == 3600);
  estate.after("5m");
  CHECK_FALSE(estate.stands("L"));
}

TEST_CASE("E-06 an increment counts from now") {
  surprise estate;
  estate.make("T", {{"ttl", "1h"}});
  estate.at("30m");
  CHECK(estate.renew("T", "2h").lease_duration() == 7200);
  estate.at("2h30m");
  CHECK(estate.works("T"));
  estate.at("2h31m");
  CHECK_FALSE(estate.works("T"));
}

TEST_CASE("E-07 a renewal can shorten") {
  surprise estate;
  estate.make("T", {{"ttl", "1h"}});
  estate.at("10m");
  CHECK(estate.renew("T", "10s").lease_duration() == 10);
  estate.after("10m10s");
  CHECK(estate.end_of("T")->first == estate_probe::span("10m10s"));
}

TEST_CASE("E-08 the last granted value sticks") {
  surprise estate;
  estate.make("T", {{"ttl", "1h"}});
  estate.at("10m");
  estate.renew("T", "10s");
  estate.at("10m5s");
  CHECK(estate.renew("T").lease_duration() == 10);
}

TEST_CASE("E-09 daily renewals get less and less until the maximum") {
  surprise estate;
  estate.make("T");
  for (int day = 1; day < 32; ++day) {
    estate.at(std::to_string(24 * day) + "h");
    REQUIRE(estate.renew("T").lease_duration() == (768 - 24 * day) * 3600);
  }
  estate.at("768h");
  auto last = estate.renew("T");
  CHECK(last.status == 500);
  CHECK(last.error() == wrapped(past_max));
  estate.after("768h");
  CHECK_FALSE(estate.works("T"));
}

TEST_CASE("E-10 a periodic token goes on for ever and ignores increments") {
  surprise estate;
  estate.make("T", {{"period", "1h"}});
  for (int i = 1; i < 2000; ++i) {
    estate.at(std::to_string(30 * i) + "m");
    REQUIRE(estate.renew("T", "10s").lease_duration() == 3600);
  }
}

TEST_CASE("E-11 a period beyond the maximum is cut, though lookup shows it whole") {
  surprise estate;
  auto made = estate.make("T", {{"period", "1000h"}});
  CHECK(made.lease_duration() == 2764800);
  CHECK(made.warnings() == names{"period of \"1000h\" exceeded the effective max_ttl of \"768h\"; "
                                 "period value is capped accordingly"});
  CHECK(estate.look("T")["period"] == 3600000);
}

TEST_CASE("E-12 a maximum TTL cuts a login's period and does not end it") {
  surprise estate;
  estate.user("job", {{"token_period", "24h"}, {"token_max_ttl", "1h"}});
  estate.log_in("T", "job");
  for (int i = 1; i <= 10; ++i) {
    estate.at(std::to_string(50 * i) + "m");
    CHECK(estate.renew("T").lease_duration() == 3600);
  }
}

TEST_CASE("E-13 an explicit maximum cuts the TTL with a warning") {
  surprise estate;
  auto made = estate.make("T", {{"ttl", "1h"}, {"explicit_max_ttl", "30m"}});
  CHECK(made.lease_duration() == 1800);
  CHECK(made.warnings() ==
        names{"TTL of \"1h\" exceeded the effective max_ttl of \"30m\"; TTL value "
              "is capped accordingly"});
}

TEST_CASE("E-14 a role without explicit maximum makes the call's be forgotten") {
  surprise estate;
  estate.role();
  estate.make("T", {{"explicit_max_ttl", "1h"}, {"ttl", "30m"}}, "root", by_role);
  estate.at("20m");
  CHECK(estate.renew("T", "10h").lease_duration() == 36000);
  CHECK(estate.look("T")["explicit_max_ttl"] == 3600);
}

TEST_CASE("E-15 a role's explicit maximum is not shown and binds") {
  surprise estate;
  estate.role({{"token_explicit_max_ttl", "1h"}});
  estate.make("T", json::object(), "root", by_role);
  CHECK(estate.look("T")["explicit_max_ttl"] == 0);
  estate.at("40m");
  CHECK(estate.renew("T", "10h").lease_duration() == 1200);
}

TEST_CASE("E-16 a token outlives its role but is not renewed") {
  surprise estate;
  estate.role();
  estate.make("T", {{"ttl", "1h"}}, "root", by_role);
  estate.root().remove("auth/token/roles/R");
  CHECK(estate.works("T"));
  auto refused = estate.renew("T");
  CHECK(refused.status == 500);
  CHECK(refused.error() == wrapped("failed to renew entry: original token role \"R\" could not be "
                                   "found, not renewing"));
}

TEST_CASE("E-17 a maximum lowered below a token's age stops renewal and nothing else") {
  surprise estate;
  estate.make("T");
  estate.at("5h");
  estate.root().post("sys/auth/token/tune", {{"default_lease_ttl", "1h"}, {"max_lease_ttl", "1h"}});
  CHECK(estate.look("T")["ttl"] == 763 * 3600);
  CHECK(estate.renew("T").error() == wrapped(past_max));
  estate.at("767h");
  CHECK(estate.works("T"));
}

TEST_CASE("E-18 a maximum raised meanwhile counts at the renewal") {
  surprise estate;
  estate.make("T", {{"ttl", "4h"}});
  estate.at("3h");
  estate.root().post("sys/auth/token/tune", {{"max_lease_ttl", "2000h"}});
  CHECK(estate.renew("T", "1000h").lease_duration() == 3600000);
}

TEST_CASE("E-19 two uses show 1 and -1, then it is over") {
  surprise estate;
  estate.make("T", {{"num_uses", 2}});
  CHECK(estate.as("T").look().data()["num_uses"] == 1);
  CHECK(estate.as("T").look().data()["num_uses"] == -1);
  CHECK(estate.as("T").look().status == 403);
}

TEST_CASE("E-20 a denied call is a use, and the last one ends the token") {
  surprise estate;
  estate.make("T", {{"num_uses", 1}, {"policies", {"default"}}});
  CHECK(estate.as("T").get("sys/mounts").status == 403);
  CHECK(estate.end_of("T")->second == end_cause::last_use);
}

TEST_CASE("E-21 the last use of a token makes a credential nobody gets") {
  surprise estate;
  estate.database();
  estate.make("T", {{"num_uses", 1}});
  auto refused = estate.lease_of("L", "T");
  CHECK(refused.status == 400);
  CHECK(refused.error().substr(0, 53) == "Secret cannot be returned; token had one use left, so");
  CHECK(estate.all<lease_created>().size() == 1);
  CHECK(estate.all<lease_gone>().size() == 1);
}

TEST_CASE("E-22 the last use of a token reads a stored value") {
  surprise estate;
  estate.root().post("sys/mounts/kv", {{"type", "kv"}});
  estate.root().post("kv/a", {{"v", 1}});
  estate.make("T", {{"num_uses", 1}});
  CHECK(estate.as("T").get("kv/a").data() == json{{"v", 1}});
  CHECK_FALSE(estate.works("T"));
}

TEST_CASE("E-23 the last use of a token cannot renew it") {
  surprise estate;
  estate.make("T", {{"num_uses", 1}});
  auto refused = estate.renew("T");
  CHECK(refused.status == 400);
  CHECK(refused.error() == "token not found");
  CHECK_FALSE(estate.works("T"));
}

TEST_CASE("E-24 a limited token makes no children, and loses a use trying") {
  surprise estate;
  estate.make("T", {{"num_uses", 3}});
  CHECK(estate.make("x", json::object(), "T").error() ==
        "restricted use token cannot generate child tokens");
  CHECK(estate.look("T")["num_uses"] == 2);
}

TEST_CASE("E-25 on its last use the text is another one") {
  surprise estate;
  estate.make("T", {{"num_uses", 1}});
  CHECK(estate.make("x", json::object(), "T").error() ==
        "parent token lookup failed: no parent found");
}

TEST_CASE("E-26 being looked up costs the one who looks") {
  surprise estate;
  estate.make("T", {{"num_uses", 5}});
  estate.make("S", {{"num_uses", 200}});
  for (int i = 0; i < 50; ++i) {
    estate.as("S").post("auth/token/lookup", {{"token", estate.id("T")}});
    estate.as("S").post("auth/token/lookup-accessor", {{"accessor", estate.accessor("T")}});
  }
  CHECK(estate.look("T")["num_uses"] == 5);
  CHECK(estate.look("S")["num_uses"] == 100);
}

TEST_CASE("E-27 no_parent needs sudo where create-orphan needs none") {
  surprise estate;
  estate.make("M");
  CHECK(estate.make("x", {{"no_parent", true}}, "M").error() ==
        "root or sudo privileges required to create orphan token");
  CHECK(estate.make("x", json::object(), "M", "auth/token/create-orphan").auth()["orphan"] == true);
}

TEST_CASE("E-28 with a role no_parent is neither refused nor honoured") {
  surprise estate;
  estate.role({{"orphan", false}});
  estate.make("M");
  auto made = estate.make("x", {{"no_parent", true}}, "M", by_role);
  CHECK(made.status == 200);
  CHECK(made.auth()["orphan"] == false);
}

TEST_CASE("E-29 default is added because the caller has it") {
  surprise estate;
  estate.make("M", {{"policies", {"all", "b"}}});
  CHECK(estate.make("x", {{"policies", {"all"}}}, "M").auth()["policies"] ==
        json{"all", "default"});
}

TEST_CASE("E-30 without default there is none to inherit") {
  surprise estate;
  estate.make("M", {{"no_default_policy", true}});
  CHECK(estate.create("x", json::object(), "M").auth()["policies"] == json{"all"});
}

TEST_CASE("E-32 root and foo is root") {
  surprise estate;
  auto made = estate.make("x", {{"policies", {"root", "foo"}}});
  CHECK(made.auth()["policies"] == json{"root"});
  CHECK(made.lease_duration() == 0);
}

TEST_CASE("E-33 a root token that expires makes none that does not") {
  surprise estate;
  CHECK(estate.create("R", {{"ttl", "1h"}}).lease_duration() == 3600);
  CHECK(estate.create("a", {{"ttl", "2h"}}, "R").status == 200);
  CHECK(estate.create("b", json::object(), "R").error() ==
        "expiring root tokens cannot create non-expiring root tokens");
}

TEST_CASE("E-34 a root token beyond the system's maximum is cut at its first renewal") {
  surprise estate;
  CHECK(estate.create("R", {{"explicit_max_ttl", "1000h"}}).lease_duration() == 3600000);
  estate.at("100h");
  CHECK(estate.renew("R").lease_duration() == 668 * 3600);
}

TEST_CASE("E-35 revoking what never was is a success") {
  surprise estate;
  CHECK(estate.root().post("auth/token/revoke", {{"token", "never"}}).status == 204);
}

TEST_CASE("E-36 an unknown accessor warns, that of an expired token fails") {
  surprise estate{slow_queue()};
  estate.make("T", {{"ttl", "1h"}});
  auto revoke = [&](const std::string& accessor) {
    return estate.root().post("auth/token/revoke-accessor", {{"accessor", accessor}});
  };
  auto unknown = revoke("never");
  CHECK(unknown.status == 200);
  CHECK(unknown.warnings() == names{"No token found with this accessor"});
  estate.at("1h5s");
  CHECK(revoke(estate.accessor("T")).status == 400);
}
