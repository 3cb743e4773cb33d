// Sections 6.3 and 6.4 of the rules: expiry, the revocation queue, retries, irrevocable leases.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

using seconds = std::chrono::seconds;

server_config with_workers(int workers) {
  server_config config;
  config.revocation_workers = workers;
  return config;
}

struct leased : estate_probe {
  explicit leased(const server_config& config = {}) : estate_probe(config) {
    database({{"default_ttl", "1h"}, {"max_ttl", "24h"}});
    create("app", {{"policies", {"db"}}});
  }
  /// Instants of the attempts made so far, in seconds, and whether each went well.
  [[nodiscard]] std::vector<std::pair<double, bool>> attempts() const {
    std::vector<std::pair<double, bool>> found;
    for (const auto& [when, what] : all<revocation_attempted>())
      found.emplace_back(std::chrono::duration<double>(when).count(), what.ok);
    return found;
  }
  reply revoke(const std::string& handle, bool sync) {
    return root().post("sys/leases/revoke", {{"lease_id", lease(handle)}, {"sync", sync}});
  }
  [[nodiscard]] bool there(const std::string& handle) { return look_lease(handle).status == 200; }
};

} // namespace

TEST_CASE("nine tenths of the workers serve one mount, first in, first out (R-631)") {
  leased estate{with_workers(10)};
  for (int i = 0; i < 20; ++i)
    estate.lease_of("k" + std::to_string(i), "app");
  estate.slow_database("10s");
  estate.after("1h");
  auto count = [&] { return estate.all<lease_gone>().size(); };
  CHECK(count() == 0);
  estate.after("1h10s");
  CHECK(count() == 9);
  estate.after("1h20s");
  CHECK(count() == 18);
  estate.after("1h30s");
  CHECK(count() == 20);
}

TEST_CASE(
    "tokens of one mount share its queue, which does not wait for that of a database (R-632)") {
  leased estate{with_workers(1)};
  estate.user("bob", {{"token_ttl", "1h"}});
  estate.log_in("bob", "bob");
  estate.create("t", {{"policies", {"default"}}, {"ttl", "1h"}});
  estate.lease_of("key", "app");
  estate.slow_database("10m");
  estate.after("1h");
  CHECK(estate.all<token_gone>().size() == 2);
  CHECK(estate.there("key"));
}

TEST_CASE("a revoked credential takes record and timer along (R-634)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.after("1h");
  CHECK(estate.attempts() == std::vector<std::pair<double, bool>>{{3600, true}});
  auto changes = estate.all<credential_changed>();
  REQUIRE(changes.size() == 2);
  CHECK(changes[1].second.by == -1);
  CHECK_FALSE(estate.there("key"));
}

TEST_CASE("six attempts with growing waits, then it is given up (R-641)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  estate.after("2h");
  std::vector<std::pair<double, bool>> expected;
  for (double at : {0, 20, 60, 140, 300, 620})
    expected.emplace_back(3600 + at, false);
  CHECK(estate.attempts() == expected);
  auto given_up = estate.all<lease_irrevocable>();
  REQUIRE(given_up.size() == 1);
  CHECK(given_up[0].first == seconds{3600 + 620});
}

TEST_CASE("with jitter each wait is half to one and a half times its length (R-641)") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    server_config config;
    config.revocation_jitter = true;
    config.seed = seed;
    leased estate{config};
    estate.lease_of("key", "app");
    estate.break_database();
    estate.after("2h");
    auto seen = estate.attempts();
    REQUIRE(seen.size() == 6);
    double wait = 20;
    for (std::size_t i = 1; i < 6; ++i, wait *= 2) {
      CAPTURE(seed, i);
      CHECK(seen[i].first - seen[i - 1].first >= wait * 0.5);
      CHECK(seen[i].first - seen[i - 1].first < wait * 1.5);
    }
  }
}

TEST_CASE("an irrevocable lease keeps its error and is not renewed (R-642)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  estate.at("2h");
  auto seen = estate.look_lease("key").data();
  CHECK(seen["revoke_error"].get<std::string>().substr(0, 16) == "out of retries: ");
  CHECK(seen["renewable"] == false);
  auto refused = estate.root().post("sys/leases/renew", {{"lease_id", estate.lease("key")}});
  CHECK(refused.error() == "lease is expired and has failed previous revocation attempts");
}

TEST_CASE("once a day an irrevocable lease gets one plain attempt (R-643)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  estate.at("20h");
  auto before = estate.attempts().size();
  estate.after("24h");
  CHECK(estate.attempts().size() <= before + 1);
  CHECK(estate.there("key"));
  CHECK(estate.all<lease_irrevocable>().size() == 1);
  estate.mend_database();
  estate.at("47h");
  CHECK(estate.there("key"));
  estate.after("48h");
  CHECK_FALSE(estate.there("key"));
}

TEST_CASE("an irrevocable lease may be tried, rewritten or forced (R-644)") {
  leased estate;
  for (auto key : {"k1", "k2"})
    estate.lease_of(key, "app");
  estate.break_database();
  estate.at("2h");
  CHECK(estate.revoke("k1", true).status == 400);
  auto before = estate.attempts().size();
  CHECK(estate.revoke("k1", false).status == 202);
  CHECK(estate.attempts().size() == before);
  CHECK(estate.look_lease("k1").data()["expire_time"] == "2026-01-01T02:00:00Z");
  CHECK(estate.root().post("sys/leases/revoke-force/" + estate.lease("k1")).status == 204);
  CHECK_FALSE(estate.there("k1"));
  estate.mend_database();
  CHECK(estate.revoke("k2", true).status == 204);
  CHECK_FALSE(estate.there("k2"));
}

TEST_CASE("a seal forgets the attempts, another revocation makes the next one now (R-645)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  SECTION("a seal") {
    estate.at("1h10m"); // five have failed
    REQUIRE(estate.attempts().size() == 5);
    estate.root().post("sys/seal");
    estate.nobody().post("sys/unseal", {{"key", unseal_key}});
    estate.after("3h");
    CHECK(estate.attempts().size() == 5 + 6);
  }
  SECTION("a second revocation") {
    estate.at("1h5s");
    estate.revoke("key", false);
    auto seen = estate.attempts();
    REQUIRE(seen.size() == 2);
    CHECK(seen[1].first == 3605);
    estate.after("2h");
    CHECK(estate.attempts().size() == 6);
  }
}

TEST_CASE("until an attempt succeeds the lease is there with a negative ttl (R-647)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.break_database();
  estate.at("1h10s");
  CHECK(estate.look_lease("key").data()["ttl"] == -10);
  CHECK(estate.all<credential_changed>().size() == 1);
}

TEST_CASE("what is overdue at the unseal happens at once (R-651)") {
  leased estate;
  estate.create("t", {{"policies", {"default"}}, {"ttl", "1h"}});
  estate.lease_of("key", "app");
  estate.at("10m");
  estate.root().post("sys/seal");
  estate.at("3h");
  CHECK(estate.all<lease_gone>().empty());
  estate.nobody().post("sys/unseal", {{"key", unseal_key}});
  CHECK_FALSE(estate.works("t"));
  CHECK_FALSE(estate.there("key"));
}

TEST_CASE("a seal stops the timers and moves no deadline (R-652)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.at("10m");
  estate.root().post("sys/seal");
  estate.at("20m");
  estate.nobody().post("sys/unseal", {{"key", unseal_key}});
  CHECK(estate.look_lease("key").data()["ttl"] == 2400);
}

TEST_CASE("many leases of one token are all queued at its end (R-656)") {
  leased estate;
  for (int i = 0; i < 50; ++i)
    estate.lease_of("k" + std::to_string(i), "app");
  estate.root().post("auth/token/revoke", {{"token", estate.id("app")}});
  CHECK(estate.attempts().size() == 50);
  CHECK(estate.all<lease_gone>().size() == 50);
}

TEST_CASE("of two revocations of one lease at a slow backend only one takes the credential away "
          "(R-1312)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.slow_database("30s");
  estate.after("10m");
  // The lease's token ends while a request is already at the backend with the same lease.
  estate.root().post("auth/token/revoke", {{"token", estate.id("app")}});
  estate.revoke("key", false);
  estate.after("20m");
  CHECK_FALSE(estate.there("key"));
  int taken = 0;
  for (const auto& [when, what] : estate.all<credential_changed>())
    taken += what.by < 0 ? 1 : 0;
  CHECK(taken == 1);
  CHECK(estate.attempts().size() == 1);
}

TEST_CASE("an attempt that comes back when a request has removed the lease is no attempt (R-618)") {
  leased estate;
  estate.lease_of("key", "app");
  estate.slow_database("30s");
  estate.break_database();
  estate.after("1h"); // at the backend until 1h30s
  estate.at("1h10s");
  estate.slow_database("0s");
  estate.root().post("sys/leases/revoke-force/db/creds");
  estate.after("2h");
  auto attempts = estate.all<revocation_attempted>();
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].first == seconds{3610});
  CHECK(estate.all<lease_gone>().size() == 1);
}

TEST_CASE("a batch token's lease renewed before its worker starts is left alone until its new end "
          "(R-425)") {
  server_config config;
  config.revocation_delay = seconds{30};
  leased estate{config};
  estate.create("batch", {{"type", "batch"}, {"policies", {"db"}}, {"ttl", "2h"}});
  estate.lease_of("key", "batch");
  estate.at("1h10s");
  auto renewed = estate.root().post("sys/leases/renew", {{"lease_id", estate.lease("key")}});
  CHECK(renewed.status == 200);
  estate.at("1h59m");
  CHECK(estate.stands("key"));
  CHECK(estate.all<revocation_attempted>().empty());
  estate.after("2h30s");
  CHECK_FALSE(estate.there("key"));
}

TEST_CASE("leases made after their token's end have distinct names (R-529)") {
  leased estate;
  estate.lease_of("first", "app");
  estate.together({{"app", "GET", "db/creds/app", nullptr},
                   {"root", "POST", "auth/token/revoke", {{"token", estate.id("app")}}}});
  std::vector<lease_id> made;
  for (const auto& [when, what] : estate.all<lease_created>())
    made.push_back(what.lease.lease);
  REQUIRE(made.size() == 2);
  CHECK(made[0] != made[1]);
}

TEST_CASE("a lease made while its mount goes is irrevocable at its end (R-634)") {
  leased estate;
  estate.together(
      {{"root", "GET", "db/creds/app", nullptr}, {"root", "DELETE", "sys/mounts/db", nullptr}});
  REQUIRE(estate.all<lease_created>().size() == 1);
  estate.after("1h");
  auto given_up = estate.all<lease_irrevocable>();
  REQUIRE(given_up.size() == 1);
  CHECK(given_up[0].second.error == "unsupported path");
  // A mount that comes later has no credential of it.
  estate.root().post("sys/mounts/db", {{"type", "database"}});
  estate.root().remove("sys/mounts/db");
  for (const auto& [when, what] : estate.all<credential_changed>())
    CHECK(what.by > 0);
}

TEST_CASE("a lease that was forced away leaves nothing in the queue for one issued later (R-618)") {
  estate_probe estate;
  estate.database({{"default_ttl", "5s"}});
  estate.create("app", {{"policies", {"db"}}});
  estate.break_database();
  estate.lease_of("first", "app");
  estate.after("5s"); // the first attempt fails; the next is due at 25s
  estate.root().post("sys/leases/revoke-force/db/creds/app");
  estate.lease_of("second", "app");
  estate.after("30s");
  // The second lease has had its own attempts, at 10s and 30s, and none of the first one's.
  std::vector<std::int64_t> when;
  for (const auto& [at, what] : estate.all<revocation_attempted>())
    when.push_back(std::chrono::duration_cast<std::chrono::seconds>(at).count());
  CHECK(when == std::vector<std::int64_t>{5, 5, 10, 30});
}
