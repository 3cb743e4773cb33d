#include "actors/secrets/make_engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine_probe.hpp"

using namespace lapse;
using namespace lapse::api;
using namespace lapse::runtime;
using namespace lapse::secrets;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

engine_probe mounted(std::string_view type) {
  return {std::string{type} + "/", make_secrets_engine(type, nullptr, true)};
}

} // namespace

TEST_CASE("an unknown type makes no engine, and a server's generic is kv 1") {
  CHECK(make_secrets_engine("ghost", nullptr, true) == nullptr);
  engine_probe kv{"g/", make_secrets_engine("generic", nullptr, false)};
  REQUIRE(kv.status("PUT", "a", {{"x", 1}}) == 204);
  CHECK(kv.ask("GET", "a").reply.lease_duration_s == 2764800);
}

TEST_CASE("database, aws and generic give out what their role says (R-1719)") {
  for (auto type : {"database", "aws", "generic"}) {
    CAPTURE(type);
    auto engine = mounted(type);
    REQUIRE(engine.status("POST", "roles/app", {{"default_ttl", "5s"}, {"max_ttl", 10}}) == 204);
    auto given = engine.ask("GET", "creds/app");
    CHECK(given.reply.status == 200);
    REQUIRE(given.secret.has_value());
    CHECK(given.secret->ttl == 5s);
    CHECK(given.secret->max_ttl == 10s);
    CHECK(given.secret->renewable);
    CHECK(given.secret->leased);
    CHECK(given.secret->origin->role == "app");
    CHECK(engine.what().revokes_externally());
  }
}

TEST_CASE("a role can give out credentials that are not renewable, or without a lease") {
  for (auto type : {"database", "aws", "generic"}) {
    CAPTURE(type);
    auto engine = mounted(type);
    REQUIRE(engine.status("POST", "roles/r", {{"renewable", false}, {"lease", "false"}}) == 204);
    auto given = engine.ask("GET", "creds/r");
    REQUIRE(given.secret.has_value());
    CHECK_FALSE(given.secret->renewable);
    CHECK_FALSE(given.secret->leased);
    CHECK(given.secret->ttl == 0s);
  }
}

TEST_CASE("a role write keeps the fields it does not give (R-1711)") {
  auto db = mounted("database");
  REQUIRE(db.status("POST", "roles/r", {{"default_ttl", "1h"}, {"max_ttl", "2h"}}) == 204);
  REQUIRE(db.status("POST", "roles/r", {{"default_ttl", "30m"}}) == 204);
  CHECK(db.data("GET", "roles/r")["default_ttl"] == 1800);
  CHECK(db.data("GET", "roles/r")["max_ttl"] == 7200);
  CHECK(db.error("POST", "roles/r", {{"max_ttl", "-5s"}}) ==
        "Field validation failed: error converting input for field \"max_ttl\": cannot provide "
        "negative value '-5'");
  CHECK(db.data("GET", "roles/r")["max_ttl"] == 7200);
}

TEST_CASE("renewal reads the role as it is now, and fails once it is gone") {
  for (auto type : {"database", "generic"}) {
    CAPTURE(type);
    auto engine = mounted(type);
    REQUIRE(engine.status("POST", "roles/r", {{"default_ttl", "1h"}}) == 204);
    REQUIRE(engine.status("POST", "roles/r", {{"default_ttl", "2h"}}) == 204);
    CHECK(engine.what().renew({"r", {}}).value()->ttl == 2h);
    REQUIRE(engine.status("DELETE", "roles/r") == 204);
    CHECK(engine.what().renew({"r", {}}).error() ==
          "error during renew: could not find role with name \"r\"");
    CHECK(engine.error("GET", "creds/r") == "unknown role: r");
  }
}

TEST_CASE("a database role whose connection does not exist or does not allow it gives nothing") {
  auto db = mounted("database");
  REQUIRE(db.status("POST", "roles/app", {{"db_name", "pg"}}) == 204);
  CHECK(db.status("GET", "creds/app") == 500);
  const json config = {{"plugin_name", "p"}, {"allowed_roles", "web-*"}, {"password", "x"}};
  REQUIRE(db.status("POST", "config/pg", config) == 204);
  CHECK(db.status("GET", "creds/app") == 500);
  REQUIRE(db.status("POST", "config/pg", {{"allowed_roles", "web-*, app"}}) == 204);
  CHECK(db.status("GET", "creds/app") == 200);
  CHECK_FALSE(db.data("GET", "config/pg")["connection_details"].contains("password"));
  CHECK(db.exists("config/pg") == true);
  CHECK(db.exists("roles/none") == false);
  CHECK_FALSE(db.exists("creds/app").has_value());
}

TEST_CASE("a connection's own user gets a new password only if the server knows it (R-1761)") {
  auto db = mounted("database");
  CHECK(db.error("POST", "rotate-root/pg") ==
        "1 error occurred:\n\t* failed to find entry for connection with name: \"pg\"\n\n");
  json config = {{"plugin_name", "p"}};
  for (auto key : {"username", "password"}) {
    REQUIRE(db.status("POST", "config/pg", config) == 204);
    CHECK(db.error("POST", "rotate-root/pg") ==
          "1 error occurred:\n\t* unable to rotate root credentials: no " + std::string{key} +
              " in configuration\n\n");
    config[key] = "x";
  }
  REQUIRE(db.status("POST", "config/pg", config) == 204);
  CHECK(db.status("POST", "rotate-root/pg") == 204);
  CHECK(db.status("GET", "rotate-root/pg") == 405);
}

TEST_CASE("two credentials of one role differ") {
  auto db = mounted("database");
  REQUIRE(db.status("POST", "roles/app", json::object()) == 204);
  auto first = db.data("GET", "creds/app");
  auto second = db.data("GET", "creds/app");
  CHECK(first["username"] != second["username"]);
  CHECK(first["password"] != second["password"]);
  CHECK(first["password"].get<std::string>().size() == 20);
}

TEST_CASE("aws takes TTLs from config/lease where the role has none") {
  auto aws = mounted("aws");
  REQUIRE(aws.status("POST", "roles/r", {{"policy_document", "{}"}}) == 204);
  CHECK(aws.ask("GET", "creds/r").secret->ttl == 0s);
  REQUIRE(aws.status("POST", "config/lease", {{"lease", "30m"}, {"lease_max", "12h"}}) == 204);
  CHECK(aws.data("GET", "config/lease") == json{{"lease", "30m"}, {"lease_max", "12h"}});
  CHECK(aws.ask("GET", "creds/r").secret->ttl == 30min);
  CHECK(aws.ask("GET", "creds/r").secret->max_ttl == 12h);
  CHECK_FALSE(aws.ask("GET", "sts/r").secret->renewable);
  CHECK(aws.error("GET", "creds/none") == "Role 'none' not found");
}

TEST_CASE("rabbitmq takes TTLs from config/lease, for a renewal as it is by then (R-1760)") {
  auto mq = mounted("rabbitmq");
  REQUIRE(mq.status("POST", "roles/app", {{"tags", "management"}}) == 204);
  CHECK(mq.status("GET", "config/lease") == 404);
  auto given = mq.ask("GET", "creds/app");
  REQUIRE(given.secret.has_value());
  CHECK(given.secret->ttl == 0s);
  CHECK(given.secret->renewable);
  REQUIRE(mq.status("POST", "config/lease", {{"ttl", "30m"}, {"max_ttl", 7200}}) == 204);
  CHECK(mq.data("GET", "config/lease") == json{{"ttl", 1800}, {"max_ttl", 7200}});
  CHECK(mq.what().renew({"app", {}}).value()->ttl == 30min);
  CHECK(mq.ask("GET", "creds/app").secret->max_ttl == 2h);
  // The role may be gone by then: it never said how long.
  REQUIRE(mq.status("DELETE", "roles/app") == 204);
  CHECK(mq.what().renew({"app", {}}).value()->max_ttl == 2h);
  CHECK(mq.error("GET", "creds/app") == "unknown role: app");
  CHECK(mq.what().revokes_externally());
}

TEST_CASE("a rabbitmq role has tags or virtual hosts, and a write replaces it (R-1760)") {
  auto mq = mounted("rabbitmq");
  CHECK(mq.error("POST", "roles/app", json::object()) == "both tags and vhosts not specified");
  for (auto wrong : {"{", "[]", R"({"/": 3})"})
    CHECK(mq.error("POST", "roles/app", {{"vhosts", wrong}}) ==
          "failed to unmarshal vhosts: expected a JSON object of objects");
  CHECK(mq.error("POST", "roles/app", {{"tags", "a"}, {"vhost_topics", R"({"/": {"t": 3}})"}}) ==
        "failed to unmarshal vhost_topics: expected a JSON object of objects");
  CHECK(mq.status("GET", "roles/app") == 404);
  REQUIRE(mq.status("POST", "roles/app",
                    {{"vhosts", R"({"/": {"write": ".*"}})"},
                     {"vhost_topics", R"({"/": {"amq.topic": {"read": "a.*"}}})"}}) == 204);
  CHECK(mq.data("GET", "roles/app") ==
        json{{"tags", ""},
             {"vhosts", {{"/", {{"configure", ""}, {"write", ".*"}, {"read", ""}}}}},
             {"vhost_topics", {{"/", {{"amq.topic", {{"write", ""}, {"read", "a.*"}}}}}}}});
  REQUIRE(mq.status("POST", "roles/app", {{"tags", "management"}}) == 204);
  CHECK(mq.data("GET", "roles/app")["vhosts"] == json::object());
  CHECK(mq.data("LIST", "roles") == json{{"keys", {"app"}}});
}

TEST_CASE("a rabbitmq connection names the broker, a user and a password (R-1760)") {
  auto mq = mounted("rabbitmq");
  json connection = json::object();
  for (auto field : {"connection_uri", "username", "password"}) {
    CHECK(mq.error("POST", "config/connection", connection) == "missing " + std::string{field});
    connection[field] = "x";
  }
  CHECK(mq.status("POST", "config/connection", connection) == 204);
  CHECK(mq.status("GET", "config/connection") == 405);
}

TEST_CASE("pki leases only where the role has generate_lease, never renewable (R-1720)") {
  auto pki = mounted("pki");
  CHECK(pki.status("POST", "root/generate/internal", {{"common_name", "test"}}) == 200);
  auto made = pki.ask("POST", "roles/yes", {{"generate_lease", true}, {"ttl", "5s"}}).reply;
  CHECK(made.status == 200);
  CHECK(made.warnings.size() == 1);
  CHECK(pki.data("POST", "roles/no", {{"ttl", "5s"}})["ttl"] == 5);
  auto leased = pki.ask("POST", "issue/yes", {{"common_name", "a.test"}});
  REQUIRE(leased.secret.has_value());
  CHECK_FALSE(leased.secret->renewable);
  CHECK(leased.secret->from_whole_second);
  CHECK(leased.secret->ttl == 5s);
  auto plain = pki.ask("POST", "issue/no", {{"common_name", "a.test"}});
  CHECK(plain.reply.status == 200);
  CHECK_FALSE(plain.secret.has_value());
  CHECK(pki.error("POST", "issue/none", {{"common_name", "a"}}) == "unknown role: none");
  CHECK_FALSE(pki.what().revokes_externally());
}

TEST_CASE("wrong verbs, unknown paths and paths left out answer each in its way (R-1203)") {
  auto db = mounted("database");
  REQUIRE(db.status("POST", "roles/app", json::object()) == 204);
  CHECK(db.status("POST", "creds/app") == 405);
  CHECK(db.error("PATCH", "roles/app") == "1 error occurred:\n\t* unsupported operation\n\n");
  CHECK(db.error("GET", "nothing/here") == "1 error occurred:\n\t* unsupported path\n\n");
  CHECK(db.status("GET", "static-roles/x") == 501);
  CHECK(db.error("GET", "static-roles/x") ==
        "lapse does not model database/static-roles/x: no users that outlive their leases");
}
