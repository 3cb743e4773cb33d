// Which paths there are, and what stands in front of them.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

/// An estate where the token `t` may do everything that takes no `sudo`.
void let_in(estate_probe& estate) {
  estate.policy("all", R"(path "*" { capabilities = ["create", "read", "update", "patch", "delete",
                                                     "list"] })");
  estate.create("t", {{"policies", {"all"}}});
}

} // namespace

TEST_CASE("a mount named without its final slash is no path of an engine that has no root") {
  estate_probe estate;
  auto root = estate.root();
  estate.database();
  estate.user("amy");
  for (auto path : {"db", "auth/userpass"}) {
    CAPTURE(path);
    CHECK(root.get(path).status == 404);
    CHECK(root.get(path).error() == "1 error occurred:\n\t* unsupported path\n\n");
    CHECK(root.post(path).status == 404);
  }
  root.post("sys/mounts/kv", {{"type", "kv"}});
  CHECK(root.get("kv").status == 404);
  CHECK(root.get("kv").body == json{{"errors", json::array()}});
}

TEST_CASE("protected paths need sudo, their neighbours do not (R-908, sudo-paths)") {
  estate_probe estate;
  let_in(estate);
  auto t = estate.as("t");
  for (auto path :
       {"auth/token/accessors", "auth/token/accessors/", "auth/token/revoke-orphan/x",
        "sys/auth/up", "sys/auth/userpass/tune", "sys/leases", "sys/leases/lookup/a",
        "sys/leases/revoke-prefix/x", "sys/leases/revoke-force/x", "sys/audit", "sys/audit/f",
        "sys/remount", "sys/raw", "sys/rotate", "sys/config/cors", "sys/plugins/catalog/x"}) {
    CAPTURE(path);
    CHECK(t.get(path).status == 403);
  }
  CHECK(t.post("sys/seal").status == 403);
  for (auto path : {"sys/auth", "sys/mounts/kv9", "sys/leases/revoke", "sys/leases/count",
                    "sys/leases/tidy", "auth/token/tidy", "auth/token/revoke-orphan",
                    "auth/token/create-orphan", "sys/policies/acl/q"}) {
    CAPTURE(path);
    CHECK(t.get(path).status != 403);
  }
  CHECK(t.post("sys/leases/lookup").status == 400);
}

TEST_CASE("a field that cannot be converted is refused before the policies are asked (R-207)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}});
  auto refused = estate.as("t").post("auth/token/roles/r", {{"orphan", "maybe"}});
  CHECK(refused.status == 400);
  CHECK(refused.error() == "error converting input for field \"orphan\": '' cannot parse value as "
                           "'bool': strconv.ParseBool: invalid syntax");
}

TEST_CASE("what is left out says so") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.get("sys/host-info").error() == "lapse does not model sys/host-info: no host");
  CHECK(root.get("identity/oidc/key/k").status == 501);
  CHECK(root.get("identity/oidc/config").data()["issuer"] == "");
  root.post("sys/mounts/ca", {{"type", "pki"}});
  CHECK(root.get("ca/crl").error() ==
        "lapse does not model ca/crl: certificates are placeholders; only their leases live");
  CHECK(root.get("ca/nothing").status == 404);
}

TEST_CASE("tools, and what is kept by path (R-1226)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.post("sys/tools/hash/sha2-256", {{"input", "YQ=="}}).data()["sum"] ==
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  const std::pair<const char*, int> inputs[] = {
      {"a", 0}, {"YQ=", 3}, {"YQ==x", 4}, {"Y*==", 1}, {"YWJjZA", 4}};
  for (const auto& [input, at] : inputs)
    CHECK(root.post("sys/tools/hash", {{"input", input}}).error() ==
          "unable to decode input as base64: illegal base64 data at input byte " +
              std::to_string(at));
  CHECK(root.post("sys/tools/random/3", {{"format", "hex"}})
            .data()["random_bytes"]
            .get<std::string>()
            .size() == 6);
  CHECK(root.post("sys/tools/random", {{"bytes", 200'000}}).error() ==
        "'bytes' should be less than 131072");
  CHECK(root.post("sys/tools/random/moon/3").error() ==
        "unsupported entropy source \"moon\"; must be \"platform\" or \"seal\", or \"all\"");
  CHECK(root.post("sys/raw/mine/a", {{"value", "YQ=="}, {"encoding", "base64"}}).status == 204);
  CHECK(root.get("sys/raw/mine/a").data()["value"] == "a");
  CHECK(root.ask("LIST", "sys/raw/mine", nullptr).data()["keys"] == nlohmann::json{"a"});
  CHECK(root.remove("sys/raw/mine/a").status == 204);
  CHECK(root.get("sys/raw/mine/a").status == 404);
  CHECK(root.get("sys/raw/core/mounts").status == 501);
}

TEST_CASE("status paths answer without a token, and for their own methods alone") {
  estate_probe estate;
  auto nobody = estate.nobody();
  CHECK(nobody.get("sys/health").status == 200);
  CHECK(nobody.get("sys/init").body == json{{"initialized", true}});
  CHECK(nobody.get("sys/seal-status").body["sealed"] == false);
  CHECK(nobody.get("sys/leader").status == 200);
  CHECK(nobody.post("sys/health").status == 405);
  CHECK(nobody.post("sys/health").body == json{{"errors", json::array()}});
  estate.root().post("sys/seal");
  CHECK(nobody.get("sys/seal-status").body["sealed"] == true);
  CHECK_FALSE(nobody.get("sys/seal-status").body.contains("cluster_id"));
}
