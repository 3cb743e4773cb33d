// Section 5 of the rules: revocation of tokens, trees, orphans, lookups of the dead, tidy.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

#include <algorithm>

using namespace lapse;
using json = nlohmann::json;

namespace {

struct family : estate_probe {
  explicit family(const server_config& config = {}) : estate_probe(config) {
    policy("all", R"(path "*" { capabilities = ["create", "read", "update", "delete", "list"] })");
  }

  reply make(const std::string& name, const std::string& by, json body = json::object()) {
    body["policies"] = json{"all"};
    return create(name, std::move(body), by);
  }

  reply revoke(const std::string& name, std::string_view how = "revoke") {
    return root().post("auth/token/" + std::string{how}, {{"token", id(name)}});
  }

  reply revoke_accessor(const std::string& accessor) {
    return root().post("auth/token/revoke-accessor", {{"accessor", accessor}});
  }
};

server_config delayed(std::chrono::seconds by) {
  server_config config;
  config.revocation_delay = by;
  return config;
}

} // namespace

TEST_CASE("revoking what is not there is a success, but not by every way (R-501)") {
  family estate{delayed(std::chrono::seconds{30})};
  estate.make("t", "root", {{"ttl", "1h"}});
  estate.make("b", "root", {{"type", "batch"}});
  auto revoke = [&](std::string_view how, json body) {
    return estate.root().post("auth/token/" + std::string{how}, std::move(body));
  };
  CHECK(revoke("revoke", {{"token", ""}}).error() == "missing token ID");
  CHECK(revoke("revoke", {{"token", "none"}}).status == 204);
  CHECK(estate.revoke("b").error() == "batch tokens cannot be revoked");
  CHECK(estate.as("b").post("auth/token/revoke-self").error() == "batch tokens cannot be revoked");
  CHECK(estate.revoke("b", "revoke-orphan").error() == "batch tokens cannot be revoked");
  CHECK(revoke("revoke-orphan", {{"token", "none"}}).error() == "token to revoke not found");
  auto unknown = estate.revoke_accessor("none");
  CHECK(unknown.status == 200);
  CHECK(unknown.warnings() == names{"No token found with this accessor"});
  CHECK(revoke("revoke-accessor", {{"accessor", ""}}).error() == wrapped("missing accessor"));
  estate.at("1h1s"); // expired, its revocation waits
  CHECK(estate.revoke("t").status == 204);
  CHECK(estate.look("t")["ttl"] == -1);
  CHECK(estate.revoke_accessor(estate.accessor("t")).error() == "token not found");
  CHECK(estate.revoke("t", "revoke-orphan").error() == "token to revoke not found");
}

TEST_CASE("every way of revoking is a 204 and the end (R-501)") {
  family estate;
  for (auto way : {"revoke", "revoke-self", "revoke-accessor", "revoke-orphan"}) {
    CAPTURE(way);
    estate.make("t", "root");
    auto path = "auth/token/" + std::string{way};
    auto seen = way == std::string{"revoke-self"}
                    ? estate.as("t").post(path)
                    : estate.root().post(
                          path, {{"token", estate.id("t")}, {"accessor", estate.accessor("t")}});
    CHECK(seen.status == 204);
    CHECK_FALSE(estate.works("t"));
    CHECK(estate.end_of("t")->second == end_cause::revoke);
  }
}

TEST_CASE(
    "a child that ends in the same instant just before its parent is awaited, not asked (R-511)") {
  family estate;
  estate.make("parent", "root", {{"ttl", "1m"}});
  estate.make("child", "parent", {{"ttl", "1m"}});
  // The parent's deadline is set anew and so comes after the child's, at the same instant.
  CHECK(estate.as("parent").renew({{"increment", "1m"}}).status == 200);
  estate.after("1m");
  CHECK(estate.end_of("child")->second == end_cause::deadline);
  CHECK(estate.end_of("parent")->second == end_cause::deadline);
  CHECK_FALSE(estate.works("parent"));
}

TEST_CASE("revoke-orphan asks for sudo, after the empty token and before the lookup (R-502)") {
  family estate;
  estate.make("by", "root");
  auto revoke = [&](json body) {
    return estate.as("by").post("auth/token/revoke-orphan", std::move(body)).error();
  };
  CHECK(revoke({{"token", ""}}) == "missing token ID");
  CHECK(revoke({{"token", "none"}}) == "root or sudo privileges required to revoke and orphan");
}

TEST_CASE("a child may revoke its parent, and even the first root (R-503)") {
  family estate;
  estate.make("p", "root");
  estate.make("c", "p");
  CHECK(estate.as("c").post("auth/token/revoke", {{"token", estate.id("p")}}).status == 204);
  CHECK_FALSE(estate.works("c"));
  estate.make("d", "root");
  CHECK(estate.as("d").post("auth/token/revoke", {{"token", estate.id("root")}}).status == 204);
  CHECK_FALSE(estate.works("root"));
  CHECK_FALSE(estate.works("d"));
}

TEST_CASE("with the 204 the whole tree is gone, while leases wait for their backend (R-504)") {
  family estate;
  estate.database();
  estate.make("p", "root");
  estate.make("c", "p");
  estate.make("g", "c");
  estate.lease_of("key", "g");
  estate.break_database();
  CHECK(estate.revoke("p").status == 204);
  CHECK(estate.all<token_gone>().size() == 3);
  auto key = estate.look_lease("key");
  CHECK(key.status == 200);
  CHECK(key.data()["ttl"] == 0);
}

TEST_CASE("the first root, which has no lease, is revoked like any other (R-505)") {
  family estate;
  estate.make("c", "root");
  CHECK(estate.root().post("auth/token/revoke-self").status == 204);
  CHECK_FALSE(estate.works("root"));
  CHECK_FALSE(estate.works("c"));
}

TEST_CASE("a prefix reaches a root token that was made, not the first one (R-506)") {
  family estate;
  estate.create("r");
  CHECK(estate.root().post("sys/leases/revoke-prefix/auth/token/create").status == 204);
  CHECK_FALSE(estate.works("r"));
  CHECK(estate.root().post("sys/leases/revoke-prefix/auth").status == 204);
  CHECK(estate.works("root"));
  estate.create("s");
  CHECK(estate.revoke("s").status == 204);
  CHECK_FALSE(estate.works("s"));
}

TEST_CASE("children go before parents, siblings by descending salt (R-511)") {
  family estate;
  estate.make("p", "root");
  for (auto name : {"a", "b", "c"})
    estate.make(name, "p");
  estate.make("g", "b");
  estate.revoke("p");
  std::vector<std::string> order;
  for (const auto& [when, gone] : estate.all<token_gone>())
    for (auto name : {"p", "a", "b", "c", "g"})
      if (parse_token(estate.id(name)) == gone.token)
        order.push_back(name);
  REQUIRE(order.size() == 5);
  CHECK(order.back() == "p");
  auto salt = [&](const std::string& name) {
    return salted_text({*parse_token(estate.id(name)), token_type::service, {}});
  };
  names siblings;
  for (const auto& name : order)
    if (name != "p" && name != "g")
      siblings.push_back(salt(name));
  CHECK(std::is_sorted(siblings.rbegin(), siblings.rend()));
  auto place = [&](const char* name) { return std::find(order.begin(), order.end(), name); };
  CHECK(place("g") < place("b"));
}

TEST_CASE("cubbyhole, leases, own lease, record: a token goes in this order (R-514)") {
  family estate;
  estate.database();
  estate.make("p", "root");
  estate.lease_of("key", "p");
  estate.as("p").post("cubbyhole/a", {{"v", 1}});
  auto from = estate.events().size();
  estate.revoke("p");
  std::vector<int> order;
  for (auto i = from; i < estate.events().size(); ++i) {
    const auto& body = estate.events()[i].body;
    if (std::holds_alternative<token_ended>(body))
      order.push_back(1);
    else if (std::holds_alternative<cubbyhole_changed>(body))
      order.push_back(2);
    else if (std::holds_alternative<token_gone>(body))
      order.push_back(3);
    else if (std::holds_alternative<lease_ended>(body))
      order.push_back(4);
    else if (std::holds_alternative<lease_gone>(body))
      order.push_back(5);
  }
  CHECK(order == std::vector<int>{1, 2, 3, 4, 5});
  CHECK(estate.root()
            .post("auth/token/lookup-accessor", {{"accessor", estate.accessor("p")}})
            .status == 400);
}

TEST_CASE("a dead backend never keeps a token from being revoked (R-517)") {
  family estate;
  estate.database();
  estate.make("p", "root");
  estate.lease_of("key", "p");
  estate.break_database(false);
  CHECK(estate.revoke("p").status == 204);
  CHECK_FALSE(estate.works("p"));
  CHECK(estate.all<token_gone>().size() == 1);
}

TEST_CASE("a synchronous revocation that failed is not tried again (R-518)") {
  family estate;
  estate.database({{"default_ttl", "24h"}});
  estate.make("p", "root");
  estate.lease_of("key", "p");
  estate.break_database();
  CHECK(estate.root().post("sys/leases/revoke", {{"lease_id", estate.lease("key")}}).status == 400);
  estate.mend_database();
  estate.at("1h");
  CHECK(estate.stands("key"));
}

TEST_CASE("expiry revokes the children too, however much time they had left (R-521)") {
  family estate;
  estate.make("p", "root", {{"ttl", "1h"}});
  estate.make("c", "p", {{"ttl", "24h"}});
  estate.after("1h");
  CHECK_FALSE(estate.works("c"));
  CHECK(estate.end_of("p")->second == end_cause::deadline);
  CHECK(estate.end_of("c")->second == end_cause::ancestor);
  CHECK(estate.all<token_orphaned>().empty());
}

TEST_CASE("between expiry and its job service children work, batch children do not (R-522)") {
  family estate{delayed(std::chrono::seconds{30})};
  estate.make("p", "root", {{"ttl", "1h"}});
  estate.make("c", "p", {{"ttl", "24h"}});
  estate.make("b", "p", {{"ttl", "24h"}, {"type", "batch"}});
  estate.at("1h10s");
  CHECK_FALSE(estate.works("p"));
  CHECK(estate.works("c"));
  CHECK_FALSE(estate.works("b"));
  estate.at("1h31s");
  CHECK_FALSE(estate.works("c"));
}

TEST_CASE("revoke-orphan frees the children and keeps what they are (R-524)") {
  family estate;
  estate.database();
  estate.make("p", "root");
  estate.make("c", "p", {{"ttl", "5h"}});
  estate.make("g", "c");
  estate.lease_of("key", "p");
  auto before = estate.look("c");
  CHECK(estate.revoke("p", "revoke-orphan").status == 204);
  auto now = estate.look("c");
  CHECK(now["orphan"] == true);
  before["orphan"] = true;
  CHECK(now == before);
  CHECK(estate.look("g")["orphan"] == false);
  CHECK_FALSE(estate.stands("key"));
  estate.revoke("c");
  CHECK_FALSE(estate.works("g"));
}

TEST_CASE("revoke-orphan does not save batch children nor their leases (R-525)") {
  family estate;
  estate.database();
  estate.make("p", "root");
  estate.make("b", "p", {{"type", "batch"}});
  estate.lease_of("key", "b");
  estate.revoke("p", "revoke-orphan");
  CHECK_FALSE(estate.works("b"));
  CHECK_FALSE(estate.stands("key"));
}

TEST_CASE("a later token of the same chosen id reaches the former children (R-526)") {
  family estate;
  estate.make("first", "root", {{"id", "deploy-1"}});
  estate.make("c", "first");
  estate.revoke("first", "revoke-orphan");
  CHECK(estate.look("c")["orphan"] == true);
  estate.make("second", "root", {{"id", "deploy-1"}});
  estate.revoke("second");
  CHECK_FALSE(estate.works("c"));
}

TEST_CASE("a batch token ends with its TTL or its parent, an orphan with its TTL only (R-527)") {
  family estate;
  estate.make("p", "root");
  estate.make("b", "p", {{"type", "batch"}, {"ttl", "2h"}});
  estate.make("o", "p", {{"type", "batch"}, {"ttl", "2h"}});
  estate.keep("o", estate.as("p").post("auth/token/create-orphan",
                                       {{"type", "batch"}, {"ttl", "2h"}, {"policies", {"all"}}}));
  estate.revoke("p");
  CHECK_FALSE(estate.works("b"));
  CHECK(estate.works("o"));
  estate.at("2h0.1s");
  CHECK_FALSE(estate.works("o"));
}

TEST_CASE("an unknown token is a 403, and so is none (R-531)") {
  family estate;
  for (auto seen : {estate.nobody().look(), estate.stranger("s.none").look()}) {
    CHECK(seen.status == 403);
    CHECK(seen.error() == "permission denied");
  }
  auto bad = estate.root().post("auth/token/lookup", {{"token", "none"}});
  CHECK(bad.status == 403);
  CHECK(bad.error() == "bad token");
}

TEST_CASE("a lookup still finds what is used up or expired (R-532)") {
  family estate{delayed(std::chrono::seconds{30})};
  estate.make("t", "root", {{"ttl", "1h"}, {"num_uses", 1}});
  estate.make("u", "root", {{"ttl", "1h"}});
  estate.as("t").look();
  CHECK_FALSE(estate.works("t"));
  CHECK(estate.look("t")["num_uses"] == -1);
  estate.at("1h2s");
  CHECK_FALSE(estate.works("u"));
  CHECK(estate.look("u")["ttl"] == -2);
}

TEST_CASE("a lookup by accessor shows no id (R-533)") {
  family estate;
  estate.make("t", "root");
  auto look = [&](const std::string& accessor) {
    return estate.root().post("auth/token/lookup-accessor", {{"accessor", accessor}});
  };
  CHECK(look("none").error() == wrapped("invalid accessor"));
  auto seen = look(estate.accessor("t")).data();
  CHECK(seen["id"] == "");
  CHECK(seen["accessor"] == estate.accessor("t"));
}

TEST_CASE("the list of accessors holds the expired that are still there (R-534)") {
  family estate{delayed(std::chrono::seconds{30})};
  estate.make("t", "root", {{"ttl", "1h"}});
  auto lists = [&](const std::string& accessor) {
    auto keys = estate.root().list("auth/token/accessors").data()["keys"].get<names>();
    return std::find(keys.begin(), keys.end(), accessor) != keys.end();
  };
  CHECK(lists(estate.accessor("root")));
  estate.at("1h10s");
  CHECK(lists(estate.accessor("t")));
  estate.at("1h31s");
  CHECK_FALSE(lists(estate.accessor("t")));
  estate.make("plain", "root");
  CHECK(estate.as("plain").list("auth/token/accessors").status == 403); // no sudo
}

TEST_CASE("tidy of tokens needs no sudo, answers 202, and clears dangling rows (R-535)") {
  family estate;
  estate.make("by", "root");
  auto started = estate.as("by").post("auth/token/tidy");
  CHECK(started.status == 202);
  CHECK(started.warnings() == names{"Tidy operation successfully started. Any information from the "
                                    "operation will be printed to OpenBao's server logs."});
  estate.make("first", "root", {{"id", "deploy-1"}});
  estate.make("c", "first");
  estate.revoke("first", "revoke-orphan");
  estate.root().post("auth/token/tidy");
  estate.make("second", "root", {{"id", "deploy-1"}});
  estate.revoke("second");
  CHECK(estate.works("c"));
}

TEST_CASE("an orphan made by root survives root's revocation, its metadata too (R-1502)") {
  family estate;
  estate.make("o", "root", {{"no_parent", true}, {"meta", {{"why", "backup"}}}});
  estate.make("c", "root");
  estate.root().post("auth/token/revoke-self");
  CHECK_FALSE(estate.works("c"));
  CHECK(estate.as("o").look().data()["meta"] == json{{"why", "backup"}});
}

TEST_CASE("used up is -1 and nothing else (R-536)") {
  family estate;
  estate.make("t", "root", {{"num_uses", 2}});
  estate.as("t").look();
  estate.as("t").look();
  auto used = estate.all<token_used>();
  REQUIRE(used.size() == 2);
  CHECK(used[0].second.left == 1);
  CHECK(used[1].second.left == -1);
}
