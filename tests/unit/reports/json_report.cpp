#include "reports/json/json_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"
#include "tests/unit/reports/story.hpp"

#include <fstream>
#include <set>
#include <sstream>

using namespace lapse;
using namespace lapse::test;
using json = nlohmann::json;

namespace {

json report(const std::function<void(story&)>& tell) {
  std::ostringstream out;
  lapse::json_report::json_report reader{out};
  story s{reader};
  tell(s);
  return json::parse(out.str());
}

json named(const json& lives, const std::string& name) {
  for (const auto& life : lives)
    if (life["name"] == name)
      return life;
  return nullptr;
}

json schema() {
  std::ifstream in{source_folder() / "reports/schemas/report-1.schema.json"};
  return json::parse(in);
}

/// Keys of an object are those the schema's `properties` allow, and none it requires is missing.
bool fits(const json& value, const json& rules) {
  for (const auto& [key, inner] : value.items())
    if (!rules["properties"].contains(key))
      return false;
  for (const auto& key : rules["required"])
    if (!value.contains(key.get<std::string>()))
      return false;
  return true;
}

void everything(story& s) {
  s.begin("everything");
  auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
  auto app = s.token("app", root, 1500ms);
  auto lease = s.lease("L", app, "db/creds/app", 1min);
  s.emit(client_family{"web", 2, "never", "approle/web", {"db"}});
  s.emit(client_asked{{0, 1}, client_request::login, 200, true});
  s.emit(client_changed{{0, 2}, client_changed::kind::gave_up, "its token is lost"});
  s.emit(token_renewed{app, 2s, 2s, ttl_bound::increment});
  s.emit(lease_renewed{lease, 2s, 2s, ttl_bound::increment});
  s.emit(token_used{app, 1});
  s.emit(token_orphaned{app});
  s.emit(cubbyhole_changed{app, 1});
  s.emit(credential_changed{"db/", 1, lease});
  s.emit(seal_changed{true});
  s.emit(fault_injected{{fault::kind::backend_down, "db/", false, 0s, {}}});
  s.at(1s);
  s.emit(token_ended{app, end_cause::revoke, {}});
  s.emit(lease_ended{lease, end_cause::ancestor, app, app});
  s.emit(revocation_attempted{lease, 1, false, "down", 21s});
  s.emit(lease_irrevocable{lease, "down"});
  s.emit(token_gone{app});
  s.emit(lease_gone{lease});
  s.emit(expectation_failed{"scenarios/x.yaml", 3, 4, "app", "alive", "revoked"});
  s.emit(unexpected_refusal{12, "create job", 403, "permission denied"});
  s.emit(expected_refusal{
      [] { return told_refusal{13, "read kv/a", 403, "permission denied", "no rule", 1}; }});
  s.emit(rule_broken{"L07", "sentence", "evidence", 0});
  s.emit(warning_raised{"careful \xff"});
  s.end(1, 1, 1);
}

} // namespace

TEST_CASE("the document holds the facts of the table, and durations as integers and text") {
  auto doc = report(cloud_keys);
  CHECK(doc["schema_version"] == 1);
  CHECK(doc["run"]["start"] == "2026-01-01T00:00:00Z");
  auto job = named(doc["tokens"], "job");
  CHECK(job["advertised_end_ns"] == 14'400'000'000'000);
  CHECK(job["advertised_end"] == "4h");
  CHECK(job["ended_ns"] == 3'600'000'000'000);
  CHECK(job["state"] == "revoked");
  CHECK(job["parent"] == named(doc["tokens"], "app")["id"]);
  auto keys = named(doc["leases"], "keys");
  CHECK(keys["sentence"] == "`keys` was advertised 9h and lived 1h because its token `job` was "
                            "revoked because `app` expired");
  REQUIRE(keys["causes"].size() == 3);
  CHECK(keys["causes"][0]["name"] == "keys");
  CHECK(keys["causes"][1]["name"] == "job");
  CHECK(keys["causes"][2]["name"] == "app");
  CHECK(keys["causes"][2]["state"] == "expired");
  CHECK(doc["result"]["passed"] == true);
}

TEST_CASE("events name tokens by an id that the tables know") {
  auto doc = report(cloud_keys);
  std::set<std::string> known;
  for (const auto& life : doc["tokens"])
    known.insert(life["id"].get<std::string>());
  std::size_t created = 0;
  for (const auto& event : doc["events"]) {
    if (event["event"] == "token_created") {
      ++created;
      CHECK(known.count(event["token"].get<std::string>()) == 1);
    }
  }
  CHECK(created == 3);
}

TEST_CASE("every kind of event has exactly the keys that the published schema lists") {
  auto doc = report(everything);
  auto rules = schema();
  CHECK(fits(doc, rules));
  CHECK(fits(doc["run"], rules["properties"]["run"]));
  CHECK(fits(doc["result"], rules["properties"]["result"]));
  for (const auto& life : doc["tokens"])
    CHECK(fits(life, rules["$defs"]["token"]));
  for (const auto& life : doc["leases"])
    CHECK(fits(life, rules["$defs"]["lease"]));
  std::set<std::string> kinds;
  for (const auto& event : doc["events"]) {
    auto kind = event["event"].get<std::string>();
    CAPTURE(kind);
    kinds.insert(kind);
    REQUIRE(rules["$defs"].contains("event_" + kind));
    CHECK(fits(event, rules["$defs"]["event_" + kind]));
  }
  for (const auto& family : doc["clients"])
    CHECK(fits(family, rules["$defs"]["client_family"]));
  CHECK(doc["clients"].size() == 1);
  // Every alternative of the stream but the two that frame it, and the families of clients.
  CHECK(kinds.size() == std::variant_size_v<event_body> - 3);
  CHECK(doc["failures"].size() == 2);
  CHECK(doc["result"]["passed"] == false);
}
