// Sections 2.3 and 9 of the rules as a client meets them: which policies a token gets, and what
// they let it do.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

struct workshop : estate_probe {
  workshop() {
    policy("maker", R"(path "auth/token/create*" { capabilities = ["create", "update"] })");
    for (auto name : {"a", "b", "c"})
      policy(name, std::string{R"(path "secret/)"} + name + R"(" { capabilities = ["read"] })");
  }

  void role(json terms) { root().post("auth/token/roles/r", std::move(terms)); }

  reply by_role(json body = json::object(), const std::string& by = "root") {
    return create("x", std::move(body), by, "auth/token/create/r");
  }
};

json policies(const reply& made) {
  return made.status == 200 ? made.auth()["policies"] : json(made.error());
}

} // namespace

TEST_CASE("without a role a child has its parent's policies or a part of them (R-221)") {
  workshop estate;
  estate.create("with", {{"policies", {"a", "b", "maker"}}});
  estate.create("without", {{"policies", {"a", "maker"}}, {"no_default_policy", true}});
  SECTION("c: nothing asked copies the caller's") {
    CHECK(policies(estate.create("x", json::object(), "with")) ==
          json{"a", "b", "default", "maker"});
    CHECK(policies(estate.create("x", json::object(), "without")) == json{"a", "maker"});
  }
  SECTION("d: a subset, with default if the caller has it") {
    CHECK(policies(estate.create("x", {{"policies", {"a"}}}, "with")) == json{"a", "default"});
    CHECK(policies(estate.create("x", {{"policies", {"a"}}}, "without")) == json{"a"});
    CHECK(policies(estate.create("x", {{"policies", {"c"}}}, "with")) ==
          "child policies must be subset of parent");
    CHECK(policies(estate.create("x", {{"policies", {"c"}}})) == json{"c", "default"});
  }
  SECTION("no_default_policy strips it in every case") {
    CHECK(policies(estate.create("x", {{"no_default_policy", true}}, "with")) ==
          json{"a", "b", "maker"});
    CHECK(policies(estate.create("x", {{"policies", {"a", "default"}}, {"no_default_policy", true}},
                                 "with")) == json{"a"});
  }
}

TEST_CASE("subsets are compared by name, not by what policies grant (R-222)") {
  workshop estate;
  estate.policy("twin", R"(path "secret/a" { capabilities = ["read"] })");
  estate.create("p", {{"policies", {"a", "maker"}}});
  CHECK(policies(estate.create("x", {{"policies", {"twin"}}}, "p")) ==
        "child policies must be subset of parent");
}

TEST_CASE("a role's lists say which policies its tokens may have (R-223)") {
  workshop estate;
  SECTION("allowed") {
    estate.role({{"allowed_policies", {"a", "b"}}});
    CHECK(policies(estate.by_role({{"policies", {"a"}}})) == json{"a", "default"});
    CHECK(policies(estate.by_role()) == json{"a", "b", "default"});
    CHECK(
        policies(estate.by_role({{"policies", {"a", "c"}}})) ==
        "token policies ([\"a\" \"c\" \"default\"]) must be subset of the role's allowed policies "
        "([\"a\" \"b\" \"default\"]) or glob policies ([])");
    CHECK(policies(estate.by_role({{"policies", {"a"}}, {"no_default_policy", true}})) ==
          json{"a"});
  }
  SECTION("disallowed beats allowed") {
    estate.role({{"allowed_policies", {"a", "b"}}, {"disallowed_policies", {"b"}}});
    CHECK(policies(estate.by_role({{"policies", {"b"}}})) ==
          "token policy \"b\" is disallowed by this role");
    CHECK(policies(estate.by_role({{"policies", {"a"}}})) == json{"a", "default"});
  }
  SECTION("only disallowed lists: the caller's policies") {
    estate.role({{"disallowed_policies", {"default"}}});
    estate.create("p", {{"policies", {"a", "maker"}}, {"no_default_policy", true}});
    CHECK(policies(estate.by_role(json::object(), "p")) == json{"a", "maker"});
  }
}

TEST_CASE("a star is a character in plain lists and any text in glob lists (R-224)") {
  workshop estate;
  estate.role({{"allowed_policies", {"test*"}}});
  CHECK(estate.by_role({{"policies", {"tester"}}}).status == 400);
  estate.role({{"allowed_policies", json::array()}, {"allowed_policies_glob", {"test*"}}});
  CHECK(estate.by_role({{"policies", {"tester"}}, {"no_default_policy", true}}).status == 200);
  CHECK(estate.by_role({{"policies", {"test"}}, {"no_default_policy", true}}).status == 200);
  CHECK(estate.by_role({{"policies", {"best"}}, {"no_default_policy", true}}).status == 400);
}

TEST_CASE("token_no_default_policy counts only in a role that has lists (R-225)") {
  workshop estate;
  estate.role({{"token_no_default_policy", true}});
  CHECK(policies(estate.by_role({{"policies", {"a"}}})) == json{"a", "default"});
  estate.role({{"token_no_default_policy", true}, {"allowed_policies", {"a"}}});
  CHECK(policies(estate.by_role({{"policies", {"a"}}})) == json{"a"});
}

TEST_CASE("through a role a caller hands out what it does not have (R-226)") {
  workshop estate;
  estate.role({{"allowed_policies", {"c"}}});
  estate.create("p", {{"policies", {"maker"}}});
  CHECK(policies(estate.by_role({{"policies", {"c"}}}, "p")) == json{"c", "default"});
}

TEST_CASE("response-wrapping cannot be assigned (R-227)") {
  estate_probe estate;
  CHECK(estate.create("x", {{"policies", {"response-wrapping"}}}).error() ==
        "cannot assign policy \"response-wrapping\"");
}

TEST_CASE("root stands alone, and a root caller that requests no policies makes another (R-228)") {
  estate_probe estate;
  CHECK(policies(estate.create("a", {{"policies", {"root", "foo"}}})) == json{"root"});
  CHECK(policies(estate.create("b")) == json{"root"});
}

TEST_CASE("policies are looked up by name at each request (R-229, R-912, R-914)") {
  workshop estate;
  estate.root().post("sys/mounts/secret", {{"type", "kv"}});
  estate.root().post("secret/a", {{"v", 1}});
  estate.create("t", {{"policies", {"a", "ghost"}}, {"no_default_policy", true}});
  CHECK(estate.as("t").get("secret/a").status == 200);
  estate.policy("a", R"(path "secret/a" { capabilities = ["deny"] })");
  CHECK(estate.as("t").get("secret/a").status == 403);
  estate.root().remove("sys/policies/acl/a");
  CHECK(estate.as("t").get("secret/a").status == 403);
  estate.policy("ghost", R"(path "secret/*" { capabilities = ["read"] })");
  CHECK(estate.as("t").get("secret/a").status == 200);
}

TEST_CASE("a write asks for `create` where nothing is yet, and for `update` elsewhere (R-901)") {
  estate_probe estate;
  estate.root().post("sys/mounts/secret", {{"type", "kv"}});
  estate.policy("new", R"(path "secret/*" { capabilities = ["create"] })");
  estate.create("t", {{"policies", {"new"}}});
  CHECK(estate.as("t").post("secret/a", {{"v", 1}}).status == 204);
  CHECK(estate.as("t").post("secret/a", {{"v", 2}}).status == 403);
  CHECK(estate.as("t").remove("secret/a").status == 403);
  CHECK(estate.as("t").list("secret/").status == 403);
}

TEST_CASE("sudo is needed on protected paths beside the verb (R-908)") {
  estate_probe estate;
  estate.policy("list", R"(path "auth/token/accessors*" { capabilities = ["list"] })");
  estate.policy("sudo", R"(path "auth/token/accessors*" { capabilities = ["list", "sudo"] })");
  estate.create("l", {{"policies", {"list"}}});
  estate.create("s", {{"policies", {"sudo"}}});
  CHECK(estate.as("l").list("auth/token/accessors").status == 403);
  CHECK(estate.as("s").list("auth/token/accessors").status == 200);
  estate.policy("seal", R"(path "sys/seal" { capabilities = ["update"] })");
  estate.create("x", {{"policies", {"seal"}}});
  CHECK(estate.as("x").post("sys/seal").status == 403);
}

TEST_CASE("root and response-wrapping cannot be written, default not deleted (R-913, R-1715)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.post("sys/policies/acl/root", {{"policy", "path \"a\" {}"}}).error() ==
        "cannot update \"root\" policy");
  CHECK(root.post("sys/policies/acl/response-wrapping", {{"policy", "path \"a\" {}"}}).status ==
        400);
  CHECK(root.remove("sys/policies/acl/root").status == 400);
  CHECK(root.remove("sys/policies/acl/default").error() == "cannot delete default policy");
  CHECK(root.ask("PUT", "sys/policies/acl/default", {{"policy", "path \"a\" {}"}}).status == 204);
  estate.policy("mine", "path \"a\" {}");
  CHECK(root.list("sys/policies/acl").data()["keys"] == json{"default", "mine", "root"});
  CHECK(root.get("sys/policies/acl/mine").data()["policy"] == "path \"a\" {}");
}

TEST_CASE("a policy with a ttl grants nothing after it, and goes when asked for (R-918)") {
  estate_probe estate;
  auto root = estate.root();
  auto write = [&](json more) {
    more["policy"] = R"(path "secret/data/a" { capabilities = ["read"] })";
    return root.post("sys/policies/acl/short", std::move(more));
  };
  CHECK(write({{"ttl", "1h"}}).status == 204);
  CHECK(root.get("sys/policies/acl/short").data()["expiration"] == "2026-01-01T01:00:00Z");
  estate.create("t", {{"policies", {"short"}}});
  CHECK(estate.as("t").get("secret/data/a").status == 404);
  estate.at("1h1s");
  CHECK(root.list("sys/policies/acl").data()["keys"] == json{"default", "root", "short"});
  CHECK(estate.as("t").get("secret/data/a").status == 403);
  CHECK(root.list("sys/policies/acl").data()["keys"] == json{"default", "root"});
  CHECK(root.get("sys/policies/acl/short").status == 404);
  CHECK(write({{"ttl", 0}}).error() ==
        "refusing to update policy as expiration time has already elapsed");
  CHECK(write({{"ttl", 1}, {"expiration", "2038-01-19T03:14:08Z"}}).error() ==
        "cannot supply both 'expiration' and 'ttl' for policies");
  CHECK(write({{"expiration", true}}).error() ==
        "Field validation failed: error converting input for field \"expiration\": could not parse "
        "time from input type");
  CHECK(write({{"expiration", "2038-01-19T03:14:08.5+01:00"}}).status == 204);
  CHECK(root.get("sys/policies/acl/short").data()["expiration"] == "2038-01-19T02:14:08.5Z");
}

TEST_CASE("check-and-set of policies: the version that must be there (R-919)") {
  estate_probe estate;
  auto root = estate.root();
  auto write = [&](json more) {
    more["policy"] = "path \"a\" {}";
    return root.post("sys/policies/acl/p", std::move(more));
  };
  auto mismatch = "check-and-set parameter did not match the current version";
  CHECK(write({{"cas", 1}}).error() == mismatch);
  CHECK(write({{"cas", -1}}).status == 204);
  CHECK(write({{"cas", -1}}).error() == "check-and-set parameter set to -1 on existing entry");
  CHECK(write({{"cas", 0}}).error() == mismatch);
  CHECK(write({{"cas", 1}, {"cas_required", true}}).status == 204);
  CHECK(write(json::object()).error() == "check-and-set parameter required for this call");
  CHECK(root.ask("PATCH", "sys/policies/acl/p", {{"policy", "path \"b\" {}"}}).status == 200);
  auto now = root.get("sys/policies/acl/p").data();
  CHECK(now["version"] == 3);
  CHECK(now["cas_required"] == true);
  CHECK(now["policy"] == "path \"b\" {}");
  auto unknown = root.ask("PATCH", "sys/policies/acl/q", json::object());
  CHECK(unknown.status == 400);
  CHECK(unknown.error() == "policy not found");
}

TEST_CASE("names in upper case, old paths, and lists below a name (R-1715)") {
  estate_probe estate;
  auto root = estate.root();
  CHECK(root.post("sys/policies/acl/MINE", {{"policy", "path \"a\" {}"}}).warnings() ==
        std::vector<std::string>{"policy name was converted to mine"});
  CHECK(root.post("sys/policy/old", {{"rules", "path \"a\" {}"}}).warnings() ==
        std::vector<std::string>{"'rules' is deprecated, please use 'policy' instead"});
  CHECK(root.get("sys/policy/root").data()["version"] == 0);
  CHECK(root.list("sys/policy/none").data()["policies"].is_null());
  CHECK(root.list("sys/policies/acl/none").status == 404);
  root.post("sys/policies/acl/x/y", {{"policy", "cGF0aCAiYSIge30="}});
  CHECK(root.list("sys/policies/acl/x").data()["keys"] == json{"x/y"});
  CHECK(root.get("sys/policies/acl/x/y").data()["policy"] == "path \"a\" {}");
}

TEST_CASE("a limit on pages goes into the listing, and refuses more (R-926)") {
  estate_probe estate;
  auto root = estate.root();
  root.post("sys/mounts/secret", {{"type", "kv"}, {"options", {{"version", "2"}}}});
  for (const auto* name : {"a", "b", "c"})
    root.post(std::string{"secret/data/"} + name, {{"data", {{"x", 1}}}});
  estate.policy("pages", R"(path "secret/metadata/" { capabilities = ["list"] pagination_limit = 2 }
                            path "secret/metadata/*" { capabilities = ["read"] })");
  estate.create("t", {{"policies", {"pages"}}});
  auto t = estate.as("t");
  CHECK(t.list("secret/metadata").data()["keys"] == json{"a", "b"});
  CHECK(t.list("secret/metadata?limit=1").data()["keys"] == json{"a"});
  CHECK(t.list("secret/metadata?limit=max").data()["keys"] == json{"a", "b"});
  for (const auto* limit : {"3", "-1", "x"})
    CHECK(t.list(std::string{"secret/metadata?limit="} + limit).status == 403);
}

TEST_CASE("a header of 0 wraps nothing and passes for wrapping for no time (R-910)") {
  estate_probe estate;
  estate.policy("max",
                R"(path "secret/data/a" { capabilities = ["read"] max_wrapping_ttl = "1h" })");
  estate.policy("min",
                R"(path "secret/data/a" { capabilities = ["read"] min_wrapping_ttl = "1h" })");
  estate.create("max", {{"policies", {"max"}}});
  estate.create("min", {{"policies", {"min"}}});
  CHECK(estate.as("max").get("secret/data/a").status == 403);
  CHECK(estate.as("max").wrapping("0").get("secret/data/a").status == 404);
  CHECK(estate.as("min").wrapping("0").get("secret/data/a").status == 403);
}

TEST_CASE("a denial is a wrapped 403, and it costs a use (R-916)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}, {"num_uses", 3}});
  auto denied = estate.as("t").get("sys/mounts");
  CHECK(denied.status == 403);
  CHECK(denied.error() == wrapped("permission denied"));
  CHECK(estate.look("t")["num_uses"] == 2);
}

TEST_CASE("capability queries answer for oneself, a token and an accessor (R-917)") {
  workshop estate;
  estate.create("t", {{"policies", {"a"}}});
  json paths{"secret/a", "secret/z"};
  auto own = estate.as("t").post("sys/capabilities-self", {{"paths", paths}});
  CHECK(own.data()["secret/a"] == json{"read"});
  CHECK(own.data()["secret/z"] == json{"deny"});
  CHECK_FALSE(own.data().contains("capabilities"));
  auto one =
      estate.root().post("sys/capabilities", {{"token", estate.id("t")}, {"paths", {"secret/a"}}});
  CHECK(one.data()["capabilities"] == json{"read"});
  CHECK(one.body["capabilities"] == json{"read"});
  auto by_accessor = estate.root().post(
      "sys/capabilities-accessor", {{"accessor", estate.accessor("t")}, {"paths", {"secret/a"}}});
  CHECK(by_accessor.data()["secret/a"] == json{"read"});
  CHECK(estate.root().post("sys/capabilities-self", {{"paths", {"x"}}}).data()["x"] ==
        json{"root"});
  CHECK(estate.root().post("sys/capabilities", {{"token", "none"}, {"paths", {"x"}}}).error() ==
        wrapped("invalid token"));
  CHECK(estate.root()
            .post("sys/capabilities-accessor", {{"accessor", "none"}, {"paths", {"x"}}})
            .error() == wrapped("invalid accessor"));
}

TEST_CASE("with `default` alone one renews any lease one knows, and revokes none (R-921, R-922)") {
  estate_probe estate;
  estate.database({{"default_ttl", "1h"}});
  estate.create("owner", {{"policies", {"db"}}});
  estate.create("plain", {{"policies", {"default"}}});
  estate.lease_of("key", "owner");
  json key{{"lease_id", estate.lease("key")}};
  auto plain = estate.as("plain");
  CHECK(plain.post("sys/leases/lookup", key).status == 200);
  CHECK(plain.post("sys/leases/renew", key).status == 200);
  CHECK(plain.post("sys/leases/revoke", key).status == 403);
  CHECK(plain.post("auth/token/lookup", {{"token", estate.id("owner")}}).status == 403);
  CHECK(plain.post("auth/token/renew", {{"token", estate.id("owner")}}).status == 403);
  CHECK(plain.post("auth/token/create").status == 403);
}

TEST_CASE("a wrapping token may read its response and unwrap, nothing else (R-923)") {
  estate_probe estate;
  estate.keep("w", estate.root().wrapping("1h").post("auth/token/create"));
  auto may = [&](const char* path) {
    return estate.root()
        .post("sys/capabilities", {{"token", estate.id("w")}, {"paths", {path}}})
        .data()[path];
  };
  CHECK(may("cubbyhole/response") == json{"create", "read"});
  CHECK(may("sys/wrapping/unwrap") == json{"update"});
  CHECK(may("auth/token/lookup-self") == json{"deny"});
}

TEST_CASE("lookup-self is a read: writing to it needs update, which default lacks (R-924)") {
  estate_probe estate;
  estate.create("t", {{"policies", {"default"}}});
  CHECK(estate.as("t").get("auth/token/lookup-self").status == 200);
  CHECK(estate.as("t").post("auth/token/lookup-self").status == 403);
  CHECK(estate.as("t").get("auth/token/renew-self").status == 403);
}
