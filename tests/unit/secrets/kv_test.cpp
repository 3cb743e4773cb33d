#include "actors/secrets/make_engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine_probe.hpp"

using namespace lapse;
using namespace lapse::runtime;
using namespace lapse::secrets;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

engine_probe kv1() { return {"kv/", make_secrets_engine("kv", nullptr, true)}; }

engine_probe kv2() { return {"secret/", make_secrets_engine("kv", {{"version", "2"}}, true)}; }

} // namespace

TEST_CASE("kv 1 shows a TTL but leases nothing (R-601)") {
  auto kv = kv1();
  CHECK(kv.status("PUT", "a", {{"x", "1"}}) == 204);
  auto found = kv.ask("GET", "a");
  CHECK(found.reply.lease_duration_s == 2764800);
  CHECK_FALSE(found.secret.has_value());
  CHECK_FALSE(found.reply.renewable);
  kv.default_lease_ttl = 1h;
  CHECK(kv.ask("GET", "a").reply.lease_duration_s == 3600);
}

TEST_CASE("a kv 1 entry's own ttl or lease is the TTL shown (R-601)") {
  auto kv = kv1();
  REQUIRE(kv.status("PUT", "b", {{"x", "1"}, {"ttl", "90s"}}) == 204);
  CHECK(kv.ask("GET", "b").reply.lease_duration_s == 90);
  CHECK(kv.data("GET", "b") == json{{"x", "1"}, {"ttl", "90s"}});
  REQUIRE(kv.status("PUT", "c", {{"lease", 30}}) == 204);
  CHECK(kv.ask("GET", "c").reply.lease_duration_s == 30);
  REQUIRE(kv.status("PUT", "d", {{"ttl", "soon"}}) == 204);
  CHECK(kv.ask("GET", "d").reply.lease_duration_s == 2764800);
}

TEST_CASE("kv 1 lists one level, with and without the final slash (R-1704)") {
  auto kv = kv1();
  CHECK(kv.status("LIST", "") == 404);
  for (auto path : {"app/x", "app/y/z", "other"})
    REQUIRE(kv.status("PUT", path, {{"x", 1}}) == 204);
  CHECK(kv.data("LIST", "")["keys"] == json{"app/", "other"});
  CHECK(kv.data("LIST", "app")["keys"] == json{"x", "y/"});
  CHECK(kv.data("LIST", "app/")["keys"] == json{"x", "y/"});
  CHECK(kv.status("LIST", "ap") == 404);
}

TEST_CASE("kv 1 answers 404 for what is absent, and deletes it with 204 (R-1704)") {
  auto kv = kv1();
  auto absent = kv.ask("GET", "none").reply;
  CHECK(absent.status == 404);
  CHECK(absent.errors.empty());
  CHECK(kv.status("DELETE", "none") == 204);
  CHECK(kv.exists("none") == false);
  REQUIRE(kv.status("PUT", "none", {{"x", 1}}) == 204);
  CHECK(kv.exists("none") == true);
  CHECK(kv.error("PUT", "empty", json::object()) == "missing data fields");
}

TEST_CASE(
    "kv 1 with leased pass-through leases, and renews nothing for a key that is gone (R-427)") {
  engine_probe kv{"kv/", make_secrets_engine("kv", {{"leased_passthrough", "true"}}, true)};
  REQUIRE(kv.status("PUT", "a", {{"ttl", "1h"}}) == 204);
  auto found = kv.ask("GET", "a");
  REQUIRE(found.secret.has_value());
  CHECK(found.secret->ttl == 1h);
  CHECK(found.secret->renewable);
  CHECK(kv.what().renew(*found.secret->origin).value().has_value());
  REQUIRE(kv.status("DELETE", "a") == 204);
  CHECK_FALSE(kv.what().renew(*found.secret->origin).value().has_value());
}

TEST_CASE("a key of kv 2 is found with a slash at its end, its data are not (R-1718)") {
  auto kv = kv2();
  REQUIRE(kv.status("POST", "data/a", {{"data", {{"x", "1"}}}}) == 200);
  CHECK(kv.status("GET", "metadata/a/") == 200);
  CHECK(kv.status("GET", "data/a/") == 500);
  CHECK(kv.status("GET", "data/b/") == 404);
  REQUIRE(kv.status("DELETE", "data/a/") == 204);
  CHECK(kv.status("GET", "data/a") == 404);
}

TEST_CASE("kv 2 numbers versions and reads each back (R-1718)") {
  auto kv = kv2();
  CHECK(kv.status("GET", "data/a") == 404);
  CHECK(kv.data("POST", "data/a", {{"data", {{"x", "1"}}}})["version"] == 1);
  CHECK(kv.data("POST", "data/a", {{"data", {{"x", "2"}}}})["version"] == 2);
  CHECK(kv.data("GET", "data/a")["data"] == json{{"x", "2"}});
  CHECK(kv.data("GET", "data/a?version=1")["data"] == json{{"x", "1"}});
  CHECK(kv.status("GET", "data/a?version=3") == 404);
  CHECK(kv.data("LIST", "metadata")["keys"] == json{"a"});
}

TEST_CASE("kv 2 refuses a write whose cas is not the current version (R-1718)") {
  auto kv = kv2();
  REQUIRE(kv.status("POST", "data/a", {{"data", {{"x", 1}}}, {"options", {{"cas", 0}}}}) == 200);
  const json stale = {{"data", {{"x", 2}}}, {"options", {{"cas", 0}}}};
  CHECK(kv.error("POST", "data/a", stale) ==
        "check-and-set parameter did not match the current version");
  CHECK(kv.data("GET", "data/a")["data"] == json{{"x", 1}});
  REQUIRE(kv.status("POST", "metadata/a", {{"cas_required", true}}) == 204);
  CHECK(kv.error("POST", "data/a", {{"data", {{"x", 2}}}}) ==
        "check-and-set parameter required for this call");
}

TEST_CASE("a deleted version of kv 2 is a 404 with its metadata, and comes back (R-1202)") {
  auto kv = kv2();
  REQUIRE(kv.status("POST", "data/a", {{"data", {{"x", 1}}}}) == 200);
  kv.now = 5s;
  REQUIRE(kv.status("DELETE", "data/a") == 204);
  auto gone = kv.ask("GET", "data/a").reply;
  CHECK(gone.status == 404);
  CHECK(gone.shape == envelope::normal);
  CHECK(kv.data("GET", "data/a")["data"] == nullptr);
  CHECK(kv.data("GET", "data/a")["metadata"]["deletion_time"] == "2026-01-01T00:00:05Z");
  REQUIRE(kv.status("POST", "undelete/a", {{"versions", {1}}}) == 204);
  CHECK(kv.data("GET", "data/a")["data"] == json{{"x", 1}});
  REQUIRE(kv.status("POST", "destroy/a", {{"versions", "1"}}) == 204);
  CHECK(kv.data("GET", "data/a")["metadata"]["destroyed"] == true);
  CHECK(kv.error("POST", "delete/a", json::object()) == "No version number provided");
}

TEST_CASE("kv 2 keeps ten versions, or as many as its metadata says") {
  auto kv = kv2();
  for (int i = 0; i < 12; ++i)
    REQUIRE(kv.status("POST", "data/a", {{"data", {{"i", i}}}}) == 200);
  CHECK(kv.status("GET", "data/a?version=2") == 404);
  CHECK(kv.status("GET", "data/a?version=3") == 200);
  CHECK(kv.data("GET", "metadata/a")["oldest_version"] == 3);
  REQUIRE(kv.status("POST", "metadata/a", {{"max_versions", 2}}) == 204);
  REQUIRE(kv.status("POST", "data/a", {{"data", {{"i", 12}}}}) == 200);
  CHECK(kv.data("GET", "metadata/a")["versions"].size() == 2);
}

TEST_CASE("delete_version_after takes a version of kv 2 away in time") {
  auto kv = kv2();
  REQUIRE(kv.status("POST", "config", {{"delete_version_after", "1h"}}) == 204);
  CHECK(kv.data("GET", "config")["delete_version_after"] == "1h0m0s");
  REQUIRE(kv.status("POST", "data/a", {{"data", {{"x", 1}}}}) == 200);
  kv.now = 3599s;
  CHECK(kv.status("GET", "data/a") == 200);
  kv.now = 1h;
  CHECK(kv.status("GET", "data/a") == 404);
}

TEST_CASE("a patch merges into the current version of kv 2") {
  auto kv = kv2();
  CHECK(kv.status("PATCH", "data/a", {{"data", {{"x", 1}}}}) == 404);
  REQUIRE(kv.status("POST", "data/a", {{"data", {{"x", 1}, {"y", 2}}}}) == 200);
  CHECK(kv.data("PATCH", "data/a", {{"data", {{"x", nullptr}, {"z", 3}}}})["version"] == 2);
  CHECK(kv.data("GET", "data/a")["data"] == json{{"y", 2}, {"z", 3}});
}

TEST_CASE("a path kv 2 does not have is a 404 that says which command to use (R-1202)") {
  auto kv = kv2();
  auto wrong = kv.ask("GET", "a").reply;
  CHECK(wrong.status == 404);
  REQUIRE(wrong.warnings.size() == 1);
  CHECK(wrong.warnings[0].find("use 'bao kv get' for this operation.") != std::string::npos);
  CHECK(kv.status("LIST", "data/a") == 405);
}
