// Section 8 of the rules: root tokens.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

server_config dev() {
  server_config config;
  config.root = server_config::root_kind::dev;
  config.mount_secret = true;
  return config;
}

} // namespace

TEST_CASE("an initialised server's root has no end, no parent and no lease (R-801)") {
  estate_probe estate;
  auto seen = estate.look("root");
  CHECK(seen["policies"] == json{"root"});
  CHECK(seen["path"] == "auth/token/root");
  CHECK(seen["display_name"] == "root");
  CHECK(seen["creation_ttl"] == 0);
  CHECK(seen["orphan"] == true);
  CHECK(seen["accessor"] == estate.accessor("root"));
  CHECK(estate.root().list("sys/leases/lookup").status == 404);
  CHECK(estate.root().renew().error() == "invalid lease ID");
  estate.at("100000h");
  CHECK(estate.works("root"));
}

TEST_CASE("a dev server's root was created with an id of its own, and has a lease (R-802)") {
  estate_probe estate{dev()};
  auto seen = estate.look("root");
  CHECK(seen["path"] == "auth/token/create");
  CHECK(seen["display_name"] == "token");
  CHECK(seen["renewable"] == false);
  auto leases = estate.root().list("sys/leases/lookup/auth/token/create").data()["keys"];
  REQUIRE(leases.size() == 1);
  CHECK(leases[0].get<std::string>().size() == 40);
  CHECK(estate.root().post("secret/data/a", {{"data", {{"v", 1}}}}).status == 200);
  estate.root().post("sys/leases/revoke-prefix/auth/token/create");
  CHECK_FALSE(estate.works("root"));
}

TEST_CASE("nothing keeps the last root from being revoked (R-804)") {
  estate_probe estate;
  CHECK(estate.root().post("auth/token/revoke-self").status == 204);
  CHECK_FALSE(estate.works("root"));
}

TEST_CASE("root may do everything, but is counted, revoked and sealed out like others (R-806)") {
  estate_probe estate;
  estate.create("r", {{"num_uses", 2}});
  CHECK(estate.as("r").post("sys/policies/acl/x", {{"policy", "path \"a\" {}"}}).status == 204);
  CHECK(estate.as("r").list("auth/token/accessors").status == 200);
  CHECK_FALSE(estate.works("r"));
  CHECK(estate.create("s").auth()["policies"] == json{"root"});
  CHECK(estate.look("s")["entity_id"] == "");
  estate.root().post("sys/seal");
  CHECK(estate.root().look().status == 503);
}
