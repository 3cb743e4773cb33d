#include "actors/policy/acl.hpp"

#include "actors/policy/parse.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace lapse;
using namespace lapse::policy;
using namespace std::chrono_literals;
using nlohmann::json;

using texts = std::vector<std::string>;

namespace {

lapse::policy::policy parsed(std::string_view name, std::string_view text) {
  auto result = read_policy(name, text, 0);
  if (!result)
    FAIL("refused: " << result.error().text);
  return std::move(*result);
}

acl compiled(std::string_view text, const template_values& values = {}) {
  auto p = parsed("p", text);
  const lapse::policy::policy* list[] = {&p};
  return acl{list, false, values};
}

// Two patterns, of which the first grants read and the second list: who decides `path`?
std::string winner(const std::string& first, const std::string& second, std::string_view path) {
  auto both = compiled("path \"" + first +
                       "\" { capabilities = [\"read\"] }\n"
                       "path \"" +
                       second + "\" { capabilities = [\"update\"] }");
  if (both.check(operation::read, path).allowed)
    return first;
  return both.check(operation::update, path).allowed ? second : "nobody";
}

} // namespace

TEST_CASE("the more specific of two patterns decides (R-906, worked examples)") {
  CHECK(winner("*", "+/*", "a/b") == "*");
  CHECK(winner("foo/+/*", "+/*", "foo/a/b") == "foo/+/*");
  CHECK(winner("foo/+/bar/baz", "foo/+/+/baz", "foo/a/bar/baz") == "foo/+/bar/baz");
  CHECK(winner("foo/(ar/+/baz", "foo/+/(ar/baz", "foo/(ar/(ar/baz") == "foo/(ar/+/baz");
  CHECK(winner("foo/bar/+/baz", "foo/bar/+/baz*", "foo/bar/a/baz") == "foo/bar/+/baz");
  CHECK(winner("foo/bar/+/ba*", "foo/bar/+/b*", "foo/bar/a/bar") == "foo/bar/+/ba*");
  CHECK(winner("foo/a*", "foo/+", "foo/ab") == "foo/a*");
}

TEST_CASE("an exact pattern beats all others, and the longest prefix all shorter ones (R-905)") {
  CHECK(winner("a/b", "a/b*", "a/b") == "a/b");
  CHECK(winner("a/b", "a/+", "a/b") == "a/b");
  CHECK(winner("a/b*", "a/*", "a/bc") == "a/b*");
  CHECK(winner("a/b*", "a/*", "a/c") == "a/*");
  CHECK(winner("a/b*", "b*", "c") == "nobody");
}

TEST_CASE("a plus is one whole segment, with a final star the path may go on (R-902)") {
  auto a = compiled(R"(path "a/+/c" { capabilities = ["read"] }
                       path "b/+/c*" { capabilities = ["read"] })");
  auto read = [&](std::string_view path) { return a.check(operation::read, path).allowed; };
  CHECK(read("a/x/c"));
  CHECK(read("a//c"));
  CHECK_FALSE(read("a/x/y/c"));
  CHECK_FALSE(read("a/x/c/"));
  CHECK_FALSE(read("a/x"));
  CHECK(read("b/x/c"));
  CHECK(read("b/x/cd/e/f"));
  CHECK_FALSE(read("b/x"));
  CHECK_FALSE(read("b/x/d"));
}

TEST_CASE("a less specific pattern's deny is ignored, a more specific one's is not (R-904)") {
  auto a = compiled(R"(path "a/*" { capabilities = ["deny"] }
                       path "a/b" { capabilities = ["read"] }
                       path "a/b/*" { capabilities = ["update"] })");
  CHECK(a.check(operation::read, "a/b").allowed);
  CHECK(a.check(operation::update, "a/b/c").allowed);
  CHECK_FALSE(a.check(operation::read, "a/b/c").allowed);
  CHECK_FALSE(a.check(operation::read, "a/c").allowed);
}

TEST_CASE("blocks of one pattern are merged over all policies (R-903)") {
  auto p = parsed("p", R"(path "a" { capabilities = ["read"] }
                          path "b" { capabilities = ["read"] })");
  auto q = parsed("q", R"(path "a" { capabilities = ["update", "sudo"] }
                          path "b" { capabilities = ["deny"] })");
  const lapse::policy::policy* list[] = {&p, nullptr, &q};
  acl a{list, false};
  CHECK(a.capabilities("a") == texts{"read", "sudo", "update"});
  CHECK(a.capabilities("b") == texts{"deny"});
  CHECK(a.granted_by(operation::read, "a").policies == texts{"p"});
  CHECK(a.granted_by(operation::update, "a").policies == texts{"q"});
  CHECK(a.granted_by(operation::read, "b").policies.empty());
}

TEST_CASE("lists fall back to the path without its final slash (R-905 2 and 4)") {
  auto a = compiled(R"(path "a" { capabilities = ["list", "read"] }
                       path "b/+" { capabilities = ["list", "read"] })");
  CHECK(a.check(operation::list, "a/").allowed);
  CHECK_FALSE(a.check(operation::read, "a/").allowed);
  CHECK(a.check(operation::list, "b/x/").allowed);
  CHECK_FALSE(a.check(operation::read, "b/x/").allowed);
  // Capability queries are evaluated as lists, even for reading (R-917).
  CHECK(a.capabilities("a/") == texts{"list", "read"});
}

TEST_CASE("capability answers are sorted, deny for nothing, root for root (R-917)") {
  auto a = compiled(R"(path "a" { capabilities = ["update", "create", "scan", "patch"] }
                       path "b" { capabilities = [] })");
  CHECK(a.capabilities("a") == texts{"create", "patch", "scan", "update"});
  CHECK(a.capabilities("b") == texts{"deny"});
  CHECK(a.capabilities("c") == texts{"deny"});
  CHECK(acl{}.capabilities("a") == texts{"deny"});
  CHECK(acl({}, true).capabilities("a") == texts{"root"});
}

TEST_CASE("sudo comes from the deciding pattern and implies nothing else (R-907)") {
  auto a = compiled(R"(path "a/*" { capabilities = ["sudo"] }
                       path "a/b" { capabilities = ["update"] })");
  CHECK(a.check(operation::update, "a/c").sudo);
  CHECK_FALSE(a.check(operation::update, "a/c").allowed);
  CHECK(a.check(operation::update, "a/b").allowed);
  CHECK_FALSE(a.check(operation::update, "a/b").sudo);
  CHECK_FALSE(a.sudo(operation::update, "a/b"));
}

TEST_CASE("root may do everything (R-911)") {
  acl root{{}, true};
  CHECK(root.check(operation::delete_, "any/thing").allowed);
  CHECK(root.check(operation::delete_, "any/thing").sudo);
  CHECK(root.granted_by(operation::read, "x").policies == texts{"root"});
}

TEST_CASE("parameters are checked for what reads and writes (R-909, acl-params)") {
  auto a = compiled(R"(
    path "denied" { capabilities = ["update", "list"] denied_parameters = { "policies" = [] } }
    path "values" { capabilities = ["update"] denied_parameters = { "ttl" = ["5s", "6*"] } }
    path "nothing" { capabilities = ["update"] denied_parameters = { "*" = [] } }
    path "allowed" { capabilities = ["update"] allowed_parameters = { "ttl" = ["5s"] "*" = [] } }
    path "few" { capabilities = ["update"] allowed_parameters = { "TTL" = [] "flag" = [true] } }
    path "needed" { capabilities = ["update"] required_parameters = ["Ttl"] })");
  auto update = [&](std::string_view path, const json& body) {
    return a.check(operation::update, path, &body).allowed;
  };
  CHECK(update("denied", {{"ttl", "5s"}}));
  CHECK_FALSE(update("denied", {{"policies", {"p"}}}));
  CHECK_FALSE(update("denied", {{"Policies", {"p"}}}));
  json body = {{"policies", {"p"}}};
  CHECK(a.check(operation::list, "denied", &body).allowed);
  CHECK(update("values", {{"ttl", "7s"}}));
  CHECK_FALSE(update("values", {{"ttl", "60s"}}));
  CHECK(update("nothing", json::object()));
  CHECK_FALSE(update("nothing", {{"x", 1}}));
  CHECK(update("allowed", {{"ttl", "5s"}, {"x", 1}}));
  CHECK_FALSE(update("allowed", {{"ttl", "6s"}}));
  CHECK(update("few", {{"ttl", "anything"}, {"flag", true}}));
  CHECK_FALSE(update("few", {{"flag", false}}));
  CHECK_FALSE(update("few", {{"x", 1}}));
  CHECK(update("needed", {{"ttl", "1s"}}));
  CHECK_FALSE(update("needed", {{"x", 1}}));
  CHECK_FALSE(a.check(operation::update, "needed").allowed);
}

TEST_CASE("merged parameters: an empty list of values wins (R-903)") {
  auto a = compiled(R"(path "a" { capabilities = ["update"] allowed_parameters = { x = ["1"] } }
                       path "a" { capabilities = ["update"]
                                  allowed_parameters = { x = ["2"] y = ["1"] } }
                       path "a" { capabilities = ["update"] allowed_parameters = { y = [] } })");
  auto update = [&](const json& body) { return a.check(operation::update, "a", &body).allowed; };
  CHECK(update({{"x", "1"}}));
  CHECK(update({{"x", "2"}}));
  CHECK_FALSE(update({{"x", "3"}}));
  CHECK(update({{"y", "3"}}));
}

TEST_CASE("bounds on wrapping refuse unwrapped requests too (R-910)") {
  auto a = compiled(R"(path "a" { capabilities = ["read"]
                                  min_wrapping_ttl = "10s" max_wrapping_ttl = "60s" })");
  auto read = [&](std::optional<duration> ttl) {
    return a.check(operation::read, "a", nullptr, ttl).allowed;
  };
  CHECK_FALSE(read(std::nullopt));
  CHECK_FALSE(read(9s));
  CHECK(read(10s));
  CHECK(read(60s));
  CHECK_FALSE(read(61s));
}

TEST_CASE("templates are filled in for the caller's entity (R-921, R-1716)") {
  auto text = R"(path "id/{{identity.entity.id}}" { capabilities = ["read"] }
                 path "name/{{ identity.entity.name }}/*" { capabilities = ["read"] }
                 path "x/{{bogus}}" { capabilities = ["read"] })";
  auto bob = compiled(text, {"e1", "bob"});
  CHECK(bob.check(operation::read, "id/e1").allowed);
  CHECK(bob.check(operation::read, "name/bob/x").allowed);
  CHECK_FALSE(bob.check(operation::read, "x/").allowed);
  auto nobody = compiled(text);
  CHECK_FALSE(nobody.check(operation::read, "id/").allowed);
  CHECK_FALSE(nobody.check(operation::read, "id/{{identity.entity.id}}").allowed);
  auto wide = compiled(text, {"e2", "*"});
  CHECK_FALSE(wide.check(operation::read, "name/x/y").allowed);
}

TEST_CASE("a block counts to the end of its last second (R-915)") {
  auto p = parsed("p", R"(path "a" { capabilities = ["read"] expiration = "100" }
                          path "b" { capabilities = ["read"] })");
  const lapse::policy::policy* list[] = {&p};
  acl before{list, false, {}, 100};
  CHECK(before.check(operation::read, "a").allowed);
  CHECK(before.expires() == 101);
  acl after{list, false, {}, 101};
  CHECK_FALSE(after.check(operation::read, "a").allowed);
  CHECK(after.check(operation::read, "b").allowed);
  CHECK_FALSE(after.expires().has_value());
}

TEST_CASE("the default policy grants what R-921 lists") {
  auto a = compiled(default_policy_text());
  CHECK(a.capabilities("auth/token/lookup-self") == texts{"read"});
  CHECK(a.capabilities("cubbyhole/x") == texts{"create", "delete", "list", "read", "update"});
  CHECK(a.capabilities("sys/leases/renew") == texts{"update"});
  CHECK(a.capabilities("sys/wrapping/rewrap") == texts{"deny"});
  CHECK(a.capabilities("auth/token/create") == texts{"deny"});
  CHECK(a.capabilities("identity/oidc/provider/p/authorize") == texts{"read", "update"});
}
