// What surprises users, E-37 to E-70: trees, leases, queues, policies, wrapping, configuration.

#include "tests/support/catch.hpp"
#include "tests/support/estate_probe.hpp"

using namespace lapse;
using json = nlohmann::json;

namespace {

struct surprise : estate_probe {
  explicit surprise(const server_config& config = {}) : estate_probe(config) {
    policy("all", R"(path "*" { capabilities = ["create", "read", "update", "delete", "list"] })");
    database({{"default_ttl", "1h"}, {"max_ttl", "24h"}});
  }
  reply make(const std::string& name, json body = json::object(), const std::string& by = "root",
             std::string_view path = "auth/token/create") {
    if (!body.contains("policies"))
      body["policies"] = json{"all"};
    return create(name, std::move(body), by, path);
  }
  reply revoke(const std::string& name, const char* how = "revoke") {
    return root().post("auth/token/" + std::string{how}, {{"token", id(name)}});
  }
  reply revoke_lease(const std::string& name, json body = json::object()) {
    body["lease_id"] = lease(name);
    return root().post("sys/leases/revoke", std::move(body));
  }
  reply renew_lease(const std::string& name) {
    return root().post("sys/leases/renew", {{"lease_id", lease(name)}});
  }
  reply prefix(const std::string& path) { return root().post("sys/leases/revoke-prefix/" + path); }
  [[nodiscard]] bool there(const std::string& name) { return look_lease(name).status == 200; }
  void kv() {
    root().post("sys/mounts/secret", {{"type", "kv"}});
    root().post("secret/app/x", {{"v", 1}});
    root().post("secret/x", {{"v", 1}});
  }
};

} // namespace

TEST_CASE("E-37 revoke-orphan frees the child, not the grandchild, and ends the leases") {
  surprise estate;
  estate.make("P");
  estate.make("C", json::object(), "P");
  estate.make("G", json::object(), "C");
  estate.lease_of("L", "P");
  estate.revoke("P", "revoke-orphan");
  CHECK(estate.look("C")["orphan"] == true);
  CHECK(estate.look("G")["orphan"] == false);
  CHECK_FALSE(estate.there("L"));
  estate.revoke("C");
  CHECK_FALSE(estate.works("G"));
}

TEST_CASE("E-38 revoke-orphan does not save a batch child") {
  surprise estate;
  estate.make("P");
  estate.make("B", {{"type", "batch"}}, "P");
  estate.lease_of("L", "B");
  estate.revoke("P", "revoke-orphan");
  CHECK_FALSE(estate.works("B"));
  CHECK_FALSE(estate.there("L"));
}

TEST_CASE("E-39 a batch child's lease is cut to the child's end") {
  surprise estate;
  estate.make("P");
  estate.make("B", {{"type", "batch"}, {"ttl", "10m"}}, "P");
  CHECK(estate.lease_of("L", "B").lease_duration() == 600);
}

TEST_CASE("E-40 an orphan batch token cannot be killed, only its leases") {
  surprise estate;
  estate.make("B", {{"type", "batch"}, {"ttl", "1h"}}, "root", "auth/token/create-orphan");
  estate.lease_of("L", "B");
  for (auto how : {"revoke", "revoke-orphan"})
    CHECK(estate.revoke("B", how).error() == "batch tokens cannot be revoked");
  CHECK(estate.as("B").post("auth/token/revoke-self").error() == "batch tokens cannot be revoked");
  estate.prefix("auth/token/create-orphan");
  CHECK(estate.works("B"));
  CHECK(estate.revoke_lease("L").status == 204);
  CHECK_FALSE(estate.there("L"));
  CHECK(estate.works("B"));
}

TEST_CASE("E-41 a batch-owned lease renews up to the token's end") {
  surprise estate;
  estate.make("B", {{"type", "batch"}, {"ttl", "90m"}});
  estate.lease_of("L", "B");
  CHECK(estate.look_lease("L").data()["renewable"] == true);
  estate.at("50m");
  CHECK(estate.renew_lease("L").lease_duration() == 2400);
}

TEST_CASE("E-44 six attempts over ten minutes and twenty seconds, then irrevocable") {
  surprise estate;
  estate.make("T");
  estate.lease_of("L", "T");
  SECTION("twelve minutes down") {
    estate.at("1h");
    estate.break_database();
    estate.after("1h12m");
    std::vector<instant> seen;
    for (const auto& [when, what] : estate.all<revocation_attempted>())
      seen.push_back(when - std::chrono::hours{1});
    using s = std::chrono::seconds;
    CHECK(seen == std::vector<instant>{s{0}, s{20}, s{60}, s{140}, s{300}, s{620}});
    CHECK(estate.all<lease_irrevocable>().size() == 1);
  }
  SECTION("five minutes and ten seconds down are survived whatever the jitter") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      server_config config;
      config.revocation_jitter = true;
      config.seed = seed;
      surprise other{config};
      other.make("T");
      other.lease_of("L", "T");
      other.at("1h");
      other.break_database();
      other.at("1h5m10s");
      other.mend_database();
      other.after("2h");
      CHECK_FALSE(other.there("L"));
    }
  }
}

TEST_CASE("E-46 queued is a success and retried, synchronous fails and is not") {
  surprise estate;
  estate.make("T");
  estate.lease_of("X", "T");
  estate.lease_of("Y", "T");
  estate.break_database();
  CHECK(estate.revoke_lease("X", {{"sync", false}}).status == 202);
  CHECK(estate.revoke_lease("Y", {{"sync", true}}).status == 400);
  estate.at("10s");
  estate.mend_database();
  estate.at("1m");
  CHECK_FALSE(estate.there("X"));
  CHECK(estate.stands("Y"));
  CHECK(estate.renew_lease("Y").status == 200);
}

TEST_CASE("E-47 without `sync` a revocation is synchronous") {
  surprise estate;
  estate.make("T");
  estate.lease_of("X", "T");
  CHECK(estate.revoke_lease("X").status == 204);
  CHECK_FALSE(estate.there("X"));
}

TEST_CASE("E-48 queueing an irrevocable lease does nothing") {
  surprise estate;
  estate.make("T");
  estate.lease_of("X", "T");
  estate.break_database();
  estate.at("2h");
  estate.mend_database();
  auto before = estate.all<revocation_attempted>().size();
  CHECK(estate.revoke_lease("X", {{"sync", false}}).status == 202);
  estate.at("3h");
  CHECK(estate.there("X"));
  CHECK(estate.all<revocation_attempted>().size() == before);
}

TEST_CASE("E-49 the prefix of a name is not its prefix") {
  surprise estate;
  estate.user("bob");
  estate.log_in("bob", "bob");
  CHECK(estate.prefix("auth/userpass/login/bo").status == 204);
  CHECK(estate.works("bob"));
}

TEST_CASE("E-50 the prefix auth/token/create spares the first root and the orphans") {
  surprise estate;
  estate.root().post("auth/token/roles/R");
  estate.make("direct");
  estate.create("root made");
  estate.make("role", json::object(), "root", "auth/token/create/R");
  estate.make("orphan", json::object(), "root", "auth/token/create-orphan");
  estate.prefix("auth/token/create");
  for (auto name : {"direct", "root made", "role"})
    CHECK_FALSE(estate.works(name));
  CHECK(estate.works("orphan"));
  CHECK(estate.works("root"));
}

TEST_CASE("E-51 what ended under the seal goes as soon as it is lifted") {
  surprise estate;
  estate.root().post("db/roles/app", {{"default_ttl", "30m"}});
  estate.make("T", {{"ttl", "1h"}});
  estate.make("owner");
  estate.lease_of("L", "owner");
  estate.at("10m");
  estate.root().post("sys/seal");
  estate.at("3h");
  estate.nobody().post("sys/unseal", {{"key", unseal_key}});
  CHECK_FALSE(estate.works("T"));
  CHECK_FALSE(estate.there("L"));
}

TEST_CASE("E-52 a restart makes room for six new attempts") {
  surprise estate;
  estate.make("T");
  estate.lease_of("L", "T");
  estate.at("1h");
  estate.break_database();
  estate.at("1h6m");
  CHECK(estate.all<revocation_attempted>().size() == 5);
  estate.root().post("sys/seal");
  estate.nobody().post("sys/unseal", {{"key", unseal_key}});
  estate.after("3h");
  CHECK(estate.all<revocation_attempted>().size() == 11);
}

TEST_CASE("E-53 unwrapping after the maker's end gives a dead token") {
  surprise estate;
  estate.make("P");
  estate.keep("W", estate.as("P").wrapping("1h").post("auth/token/create"));
  estate.at("5m");
  estate.revoke("P");
  estate.at("10m");
  CHECK(estate.keep("inner", estate.as("W").post("sys/wrapping/unwrap")).status == 200);
  CHECK_FALSE(estate.works("inner"));
}

TEST_CASE("E-54 what nobody unwraps lives on unseen") {
  surprise estate;
  estate.make("P");
  estate.keep("W", estate.as("P").wrapping("1h").post("auth/token/create"));
  estate.after("1h");
  CHECK(estate.end_of("W")->second == end_cause::deadline);
  CHECK(estate.root()
            .post("auth/token/lookup-accessor", {{"accessor", estate.wrapped_accessor("W")}})
            .data()["ttl"] == 767 * 3600);
}

TEST_CASE("E-55 a wrapping TTL is not capped") {
  surprise estate;
  auto made = estate.keep("W", estate.root().wrapping("2000h").post("auth/token/create"));
  CHECK(made.wrap_info()["ttl"] == 7200000);
  estate.at("1999h");
  CHECK(estate.as("W").post("sys/wrapping/unwrap").status == 200);
}

TEST_CASE("E-56 who knows a lease's id may renew it with `default` alone") {
  surprise estate;
  estate.make("owner");
  estate.lease_of("L", "owner");
  estate.make("other", {{"policies", {"default"}}});
  CHECK(estate.as("other").post("sys/leases/renew", {{"lease_id", estate.lease("L")}}).status ==
        200);
}

TEST_CASE("E-57 only the best match decides") {
  surprise estate;
  estate.kv();
  estate.policy("p", R"(path "secret/*" { capabilities = ["deny"] }
                        path "secret/app/*" { capabilities = ["read"] })");
  estate.make("T", {{"policies", {"p"}}});
  CHECK(estate.as("T").get("secret/app/x").status == 200);
  CHECK(estate.as("T").get("secret/x").status == 403);
}

TEST_CASE("E-58 one pattern in two policies is one rule, and deny wins in it") {
  surprise estate;
  estate.kv();
  estate.policy("a", R"(path "secret/*" { capabilities = ["read"] })");
  estate.policy("b", R"(path "secret/*" { capabilities = ["deny"] })");
  estate.make("T", {{"policies", {"a", "b"}}});
  CHECK(estate.as("T").get("secret/x").status == 403);
}

TEST_CASE("E-59 renewing without the user is a 204 and no extension") {
  surprise estate;
  estate.user("bob", {{"token_ttl", "1h"}});
  estate.log_in("T", "bob");
  estate.root().remove("auth/userpass/users/bob");
  estate.at("30m");
  CHECK(estate.as("T").renew().status == 204);
  CHECK(estate.look("T")["ttl"] == 1800);
}

TEST_CASE("E-60 edited policies of a user stop renewal and not the token") {
  surprise estate;
  estate.user("bob", {{"token_ttl", "1h"}, {"token_policies", {"a"}}});
  estate.log_in("T", "bob");
  estate.user("bob", {{"token_policies", {"b"}}});
  auto refused = estate.as("T").renew();
  CHECK(refused.status == 500);
  CHECK(refused.error() == wrapped("failed to renew entry: policies have changed, not renewing"));
  CHECK(estate.as("T").look().data()["policies"] == json{"a", "default"});
}

TEST_CASE("E-61 an edited policy acts on every token at once") {
  surprise estate;
  estate.kv();
  estate.policy("p", R"(path "secret/*" { capabilities = ["read"] })");
  estate.make("T", {{"policies", {"p"}}});
  CHECK(estate.as("T").get("secret/x").status == 200);
  estate.policy("p", R"(path "secret/y" { capabilities = ["read"] })");
  CHECK(estate.as("T").get("secret/x").status == 403);
}

TEST_CASE("E-63 a stored secret with a ttl has no lease and stays") {
  surprise estate;
  estate.kv();
  estate.root().post("secret/x", {{"ttl", "5m"}});
  auto seen = estate.root().get("secret/x");
  CHECK(seen.lease_duration() == 300);
  CHECK(seen.body["lease_id"] == "");
  estate.at("1h");
  CHECK(estate.root().get("secret/x").status == 200);
}

TEST_CASE("E-64 a default-batch role gives a service token to who sends type=service") {
  surprise estate;
  estate.root().post("auth/token/roles/R", {{"token_type", "default-batch"}});
  CHECK(
      estate.make("T", {{"type", "service"}}, "root", "auth/token/create/R").auth()["token_type"] ==
      "service");
  CHECK(estate.make("B", json::object(), "root", "auth/token/create/R").auth()["token_type"] ==
        "batch");
}

TEST_CASE("E-65 a TTL of 1500ms lasts 1.5 seconds and shows 1") {
  surprise estate;
  CHECK(estate.make("T", {{"ttl", "1500ms"}}).lease_duration() == 1);
  estate.at("1500ms");
  CHECK(estate.works("T"));
  estate.at("1501ms");
  CHECK_FALSE(estate.works("T"));
}

TEST_CASE("E-66 a chosen id used again reaches the children of the first") {
  surprise estate;
  estate.make("one", {{"id", "deploy-1"}});
  estate.make("C", json::object(), "one");
  estate.revoke("one", "revoke-orphan");
  CHECK(estate.works("C"));
  estate.make("two", {{"id", "deploy-1"}});
  estate.revoke("two");
  CHECK_FALSE(estate.works("C"));
}

TEST_CASE("E-68 two seconds past its end a token shows -2 and does not work") {
  server_config config;
  config.revocation_delay = std::chrono::seconds{30};
  surprise estate{config};
  estate.make("T", {{"ttl", "1h"}});
  estate.at("1h2s");
  CHECK(estate.look("T")["ttl"] == -2);
  CHECK(estate.as("T").look().status == 403);
  CHECK(estate.root().list("sys/leases/lookup/auth/token/create").data()["keys"].size() == 1);
}

TEST_CASE("E-69 a role drops the addresses its caller is bound to") {
  surprise estate;
  estate.user("bob", {{"token_policies", {"all"}}, {"token_bound_cidrs", "127.0.0.0/8"}});
  estate.log_in("P", "bob");
  estate.root().post("auth/token/roles/R");
  estate.make("direct", json::object(), "P");
  estate.make("role", json::object(), "P", "auth/token/create/R");
  CHECK(estate.look("direct")["bound_cidrs"] == json{"127.0.0.0/8"});
  CHECK_FALSE(estate.look("role").contains("bound_cidrs"));
}

TEST_CASE("E-70 a default above the system's maximum is accepted and cut at each issue") {
  surprise estate;
  CHECK(estate.root().post("sys/auth/token/tune", {{"default_lease_ttl", "2000h"}}).status == 204);
  auto made = estate.make("T");
  CHECK(made.lease_duration() == 2764800);
  CHECK(made.warnings() == names{"TTL of \"2000h\" exceeded the effective max_ttl of \"768h\"; TTL "
                                 "value is capped accordingly"});
}
