// Mounts: what is refused, what is kept of their settings, and what tuning changes (R-1721).

#include "actors/vault/mount_settings.hpp"
#include "actors/vault/plugin_version.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using namespace lapse::runtime;
using namespace lapse::vault;
using json = nlohmann::json;

namespace {

struct mounts : estate_probe {
  reply enable(const std::string& path, json body) { return root().post(path, std::move(body)); }
  reply tune(const std::string& path, json body) {
    return root().post(path + "/tune", std::move(body));
  }
  json settings(const std::string& path) { return root().get(path + "/tune").data(); }
};

} // namespace

TEST_CASE("values in the config of a new mount must have their own type (R-1721)") {
  mounts estate;
  const auto refused = "unable to convert given mount config information";
  for (const auto& config :
       {json{{"force_no_cache", "true"}}, json{{"listing_visibility", false}},
        json{{"allowed_response_headers", 7}}, json{{"allowed_response_headers", {{"a", 1}}}},
        json{{"audit_non_hmac_request_keys", {true}}}, json{{"user_lockout_config", 1}}})
    CHECK(estate.enable("sys/mounts/m", {{"type", "kv"}, {"config", config}}).error() == refused);
  CHECK(estate
            .enable("sys/mounts/m", {{"type", "kv"},
                                     {"config",
                                      {{"allowed_response_headers", "a, b"},
                                       {"passthrough_request_headers", {"c", 1}},
                                       {"default_lease_ttl", 60},
                                       {"force_no_cache", true},
                                       {"listing_visibility", "unauth"}}}})
            .status == 204);
  const auto kept = estate.settings("sys/mounts/m");
  CHECK(kept["allowed_response_headers"] == json{"a", "b"});
  CHECK(kept["passthrough_request_headers"] == json{"c", "1"});
  CHECK(kept["default_lease_ttl"] == 60);
  CHECK(kept["force_no_cache"] == true);
  CHECK(kept["listing_visibility"] == "unauth");
}

TEST_CASE("a TTL below zero is a TTL that is set (R-233, R-1721)") {
  mounts estate;
  CHECK(estate.enable("sys/mounts/m", {{"type", "kv"}, {"config", {{"max_lease_ttl", "-5s"}}}})
            .error() == "given default lease TTL greater than given max lease TTL");
  estate.enable("sys/mounts/m", {{"type", "kv"}});
  CHECK(estate.tune("sys/mounts/m", {{"max_lease_ttl", "-5s"}}).status == 204);
  CHECK(estate.settings("sys/mounts/m")["max_lease_ttl"] == -5);
}

TEST_CASE("some mounts there can be only once, some paths take none (R-1721)") {
  mounts estate;
  CHECK(estate.enable("sys/mounts/a", {{"type", "system"}}).error() ==
        "mount type of \"system\" is not mountable");
  CHECK(estate.enable("sys/mounts/auth/a", {{"type", "kv"}}).error() == "cannot mount \"auth/a/\"");
  CHECK(estate.enable("sys/auth/a", {{"type", "token"}}).error() ==
        "token credential backend cannot be instantiated");
  CHECK(estate.enable("sys/auth/token/a", {{"type", "userpass"}}).error() ==
        "path is already in use at token/");
  CHECK(estate.enable("sys/mounts/a", {{"type", "plugin"}}).error() ==
        "plugin_name must be provided for plugin backend");
  CHECK(estate.enable("sys/mounts/a", {{"type", "plugin"}, {"plugin_name", "kv"}}).status == 204);
  CHECK(estate.enable("sys/auth/a", {{"type", "userpass"}, {"options", {{"version", "1"}}}})
            .error() == "auth method \"userpass\" does not allow setting a version");
}

TEST_CASE("a tune is all or nothing (R-1721)") {
  mounts estate;
  estate.enable("sys/mounts/m", {{"type", "kv"}});
  const auto before = estate.settings("sys/mounts/m");
  CHECK(
      estate
          .tune("sys/mounts/m",
                {{"default_lease_ttl", "1h"}, {"description", "x"}, {"listing_visibility", "loud"}})
          .error() == "invalid listing_visibility loud");
  CHECK(estate.settings("sys/mounts/m") == before);
  CHECK(estate.tune("sys/mounts/sys", {{"description", "x"}}).error() ==
        "cannot tune parameter description of sys/");
}

TEST_CASE("options are added to those there are, and taken away by an empty value (R-1721)") {
  mounts estate;
  estate.enable("sys/mounts/m", {{"type", "kv"}, {"options", {{"a", "1"}}}});
  estate.tune("sys/mounts/m", {{"options", {{"b", "2"}}}});
  CHECK(estate.settings("sys/mounts/m")["options"] == json{{"a", "1"}, {"b", "2"}});
  estate.tune("sys/mounts/m", {{"options", {{"a", ""}}}});
  CHECK(estate.settings("sys/mounts/m")["options"] == json{{"b", "2"}});
}

TEST_CASE("kv 1 becomes kv 2 by its options, with what it holds (R-1721)") {
  mounts estate;
  estate.enable("sys/mounts/m", {{"type", "kv"}});
  estate.root().post("m/dir/a", {{"x", "1"}});
  CHECK(estate.tune("sys/mounts/m", {{"options", {{"version", "3"}}}}).error() ==
        "invalid version provided: 3");
  CHECK(estate.tune("sys/mounts/m", {{"options", {{"version", "2"}}}}).warnings().size() == 1);
  auto found = estate.root().get("m/data/dir/a").data();
  CHECK(found["data"] == json{{"x", "1"}});
  CHECK(found["metadata"]["version"] == 1);
  CHECK(estate.root().post("m/data/dir/a", {{"data", {{"x", "2"}}}}).data()["version"] == 2);
  CHECK(estate.tune("sys/mounts/m", {{"options", {{"version", "1"}}}}).error() ==
        "cannot downgrade mount from version 2");
}

TEST_CASE("a mount keeps its settings and its accessor where it moves to (R-655)") {
  mounts estate;
  estate.enable("sys/mounts/m", {{"type", "kv"}, {"description", "d"}});
  estate.tune("sys/mounts/m", {{"max_lease_ttl", "9h"}});
  estate.root().post("m/a", {{"x", "1"}});
  const auto before = estate.root().get("sys/mounts/m").data();
  const auto moved = estate.root().post("sys/remount", {{"from", "m/"}, {"to", "deep/n"}});
  REQUIRE(moved.status == 200);
  const auto id = moved.data()["migration_id"].get<std::string>();
  CHECK(estate.root().get("sys/remount/status/" + id).data()["migration_info"] ==
        json{{"source_mount", "m/"}, {"target_mount", "deep/n/"}, {"status", "success"}});
  CHECK(estate.root().get("sys/mounts/deep/n").data() == before);
  CHECK(estate.root().get("deep/n/a").data()["x"] == "1");
  CHECK(estate.root().get("sys/mounts/m").status == 400);
  CHECK(estate.root().get("sys/remount/status/none").status == 404);
  const auto below = estate.root().post("sys/remount", {{"from", "deep/n/a"}, {"to", "other"}});
  const auto failed = below.data()["migration_id"].get<std::string>();
  CHECK(estate.root().get("sys/remount/status/" + failed).data()["migration_info"]["status"] ==
        "failure");
  CHECK(estate.enable("sys/mounts/m", {{"type", "kv"}}).status == 204);
}

TEST_CASE("a type that only a server has is left out, one that nobody has is refused (R-1227)") {
  mounts estate;
  CHECK(estate.enable("sys/mounts/t", {{"type", "transit"}}).status == 501);
  CHECK(estate.enable("sys/auth/r", {{"type", "radius"}}).status == 501);
  CHECK(estate.enable("sys/mounts/t", {{"type", "ghost"}}).error() ==
        "plugin not found in the catalog: ghost");
}

TEST_CASE("versions of plugins have three numbers (R-1721)") {
  CHECK(canonical_version("1") == "v1.0.0");
  CHECK(canonical_version("v1.2.3+builtin.bao") == "v1.2.3+builtin.bao");
  CHECK(canonical_version("1e3") == "v1.0.0-e3");
  CHECK(canonical_version("0x10") == "v0.0.0-x10");
  CHECK(canonical_version("1.2-rc.1") == "v1.2.0-rc.1");
  for (auto text : {"", "v", "a", "1.", "1..2", "+5", "5 s", "1-", "1+", "a,b"})
    CHECK_FALSE(canonical_version(text).has_value());
  mounts estate;
  estate.enable("sys/mounts/m", {{"type", "kv"}});
  CHECK(estate.tune("sys/mounts/m", {{"plugin_version", "null"}}).error() ==
        "version \"null\" is not a valid semantic version: malformed version: null");
  CHECK(estate.tune("sys/mounts/m", {{"plugin_version", "1"}}).error() ==
        "plugin not found in the catalog: kv, version=v1.0.0");
}
