// Section 13 of the rules: seal, configuration, tuning, precision of times.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

TEST_CASE("a sealed server answers 503 while the wall clock goes on (R-1301)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}, {"ttl", "1h"}});
  estate.root().post("sys/seal");
  CHECK(estate.as("t").look().status == 503);
  CHECK(estate.nobody().post("auth/userpass/login/bob").status == 503);
  CHECK(estate.nobody().get("sys/health").body["sealed"] == true);
  estate.at("40m");
  CHECK(estate.nobody().post("sys/unseal", {{"key", unseal_key}}).body["sealed"] == false);
  CHECK(estate.look("t")["ttl"] == 1200);
}

TEST_CASE("a failover keeps ends and taints and loses attempts (R-1302)") {
  server_config config;
  config.revocation_delay = std::chrono::seconds{30};
  estate_probe estate{config};
  estate.database({{"default_ttl", "1m"}});
  estate.create("app", {{"policies", {"db"}}});
  estate.create("t", {{"policies", {"default"}}, {"num_uses", 1}});
  estate.lease_of("key", "app");
  estate.break_database();
  estate.as("t").look();
  estate.at("2m");
  REQUIRE(estate.all<revocation_attempted>().size() == 2);
  estate.root().post("sys/seal");
  estate.nobody().post("sys/unseal", {{"key", unseal_key}});
  CHECK_FALSE(estate.works("t"));
  CHECK(estate.look_lease("key").data()["expire_time"] == "2026-01-01T00:01:00Z");
  estate.after("1h");
  CHECK(estate.all<revocation_attempted>().size() == 2 + 6);
}

TEST_CASE("a default above the maximum is refused where a mount is made or tuned (R-1304)") {
  estate_probe estate;
  auto mount = [&](const char* path, json config) {
    return estate.root().post("sys/mounts/" + std::string{path},
                              {{"type", "kv"}, {"config", std::move(config)}});
  };
  CHECK(mount("a", {{"default_lease_ttl", "2h"}, {"max_lease_ttl", "1h"}}).error() ==
        "given default lease TTL greater than given max lease TTL");
  CHECK(mount("a", {{"default_lease_ttl", "2000h"}}).error() ==
        "given default lease TTL greater than system max lease TTL of 2764800");
  CHECK(mount("a", {{"max_lease_ttl", "2000h"}}).status == 204);
  auto tune = [&](const char* path, json body) {
    return estate.root().post("sys/mounts/" + std::string{path} + "/tune", std::move(body));
  };
  CHECK(tune("a", {{"default_lease_ttl", "2h"}, {"max_lease_ttl", "1h"}}).error() ==
        "backend max lease TTL of 3600 would be less than backend default lease TTL of 7200");
  CHECK(tune("cubbyhole", {{"max_lease_ttl", "1h"}}).error() ==
        "cannot tune parameter max_lease_ttl of cubbyhole/");
  CHECK(tune("a", {{"max_lease_ttl", "system"}}).status == 204);
  CHECK(estate.root().get("sys/mounts/a/tune").data()["max_lease_ttl"] == 2764800);
  CHECK(estate.root().post("sys/auth/token/tune", {{"max_lease_ttl", "1h"}}).status == 204);
}

TEST_CASE("tuning acts on what comes after: new leases and renewals (R-1305)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}, {"ttl", "10h"}});
  estate.root().post("sys/auth/token/tune", {{"max_lease_ttl", "2h"}});
  CHECK(estate.look("t")["ttl"] == 36000);
  CHECK(estate.create("u", {{"policies", {"default"}}, {"ttl", "10h"}}).lease_duration() == 7200);
  CHECK(estate.as("t").renew().lease_duration() == 7200);
}

TEST_CASE("a part of a second in a TTL counts, in an increment it does not (R-1306)") {
  estate_probe estate;
  CHECK(estate.create("t", {{"policies", {"default"}}, {"ttl", "1500ms"}}).lease_duration() == 1);
  estate.at("1400ms");
  CHECK(estate.works("t"));
  CHECK(estate.as("t").renew({{"increment", "5900ms"}}).lease_duration() == 5);
}

TEST_CASE("warnings print durations in hours, minutes and seconds (R-1307)") {
  estate_probe estate;
  auto warned = [&](const char* ttl) {
    auto text = estate.create("t", {{"ttl", ttl}, {"explicit_max_ttl", "1s"}}).warnings().at(0);
    return text.substr(8, text.find('"', 8) - 8);
  };
  CHECK(warned("768h") == "768h");
  CHECK(warned("90m") == "1h30m");
  CHECK(warned("3605s") == "1h5s");
  CHECK(warned("1800s") == "30m");
  CHECK(warned("1500ms") == "1.5s");
}

TEST_CASE("creation is a whole second, a lease's times are to the nanosecond (R-1308)") {
  estate_probe estate;
  estate.at("1.75s");
  estate.create("t", {{"policies", {"default"}}, {"ttl", "1h"}});
  auto seen = estate.look("t");
  CHECK(seen["creation_time"] == 1767225601);
  CHECK(seen["issue_time"] == "2026-01-01T00:00:01.75Z");
  CHECK(seen["expire_time"] == "2026-01-01T01:00:01.75Z");
  estate.create("b", {{"policies", {"default"}}, {"ttl", "1h"}, {"type", "batch"}});
  CHECK(estate.look("b")["expire_time"] == "2026-01-01T01:00:01Z");
}

TEST_CASE("no TTL has jitter: the same request is granted the same time (R-1309)") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    server_config config;
    config.seed = seed;
    config.revocation_jitter = true;
    estate_probe estate{config};
    estate.create("t", {{"policies", {"default"}}, {"ttl", "1h"}});
    CHECK(estate.look("t")["expire_time"] == "2026-01-01T01:00:00Z");
  }
}
