// What `lapse check` says beside its verdict: nothing passes by accident there either.

#include "command.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <string>

namespace {

constexpr auto typo = R"(lapse: 1
policies:
  pod: path "database/cred/app" { capabilities = ["read"] }
secrets:
  database/: { type: database, roles: { app: { default_ttl: 1h } } }
steps:
  - { create: pod, ttl: 1h, policies: [pod] }
  - { read: database/creds/app, as: pod, save: db }
  - { request: { method: GET, path: sys/host-info } }
)";
constexpr auto noted = "; in file order 2 requests refused, first: 403 read database/creds/app as "
                       "pod (line 8): no policy of it has a rule for this path";

} // namespace

TEST_CASE("check says what was refused unspoken, in its line, JUnit, JSON and the job's summary") {
  scratch place;
  const auto file = place.write("typo.yaml", typo);
  const auto seen =
      shell("GITHUB_STEP_SUMMARY=" + place.path("s.md") + " \"$LAPSE\" check " + file +
            " --failures '' --junit " + place.path("c.xml") + " --json " + place.path("c.json"));
  CAPTURE(seen.out);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, std::string{"PASS  "} + file + "  verified: "));
  CHECK(has(seen.out, noted));
  CHECK(has(seen.out, "nothing was expected of this run\n"));
  pugi::xml_document xml;
  REQUIRE(xml.load_file(place.path("c.xml").c_str()));
  CHECK(has(xml.select_node("//system-out").node().text().get(), noted));
  const auto json = nlohmann::json::parse(read_file(place.path("c.json")));
  CHECK(has(json["cases"][0]["notes"], "2 requests refused"));
  CHECK(json["strict"] == false);
  CHECK(has(read_file(place.path("s.md")), "2 requests refused"));
}

TEST_CASE(
    "check --strict makes failures of what nobody spoke of, and keeps a case that is strict") {
  scratch place;
  const auto file = place.write("typo.yaml", typo);
  const auto kept = place.path("kept");
  const auto seen = lapse("check " + file + " --strict --failures " + kept);
  CAPTURE(seen.out);
  CHECK(seen.status == 1);
  CHECK(has(seen.out, "strict  "));
  CHECK(has(seen.out, "search: lapse check " + file + " --seed 0 --strict --runs 1000"));
  CHECK(has(seen.out, "a plain failure: `lapse run --strict " + file + "` shows it\n"));
  // The shell hands over what lies beside the case, too.
  const auto again = lapse("run " + kept + "/*");
  CAPTURE(again.out, again.err);
  CHECK(again.status == 1);
  CHECK(again.err.empty());
  CHECK(lapse("run " + kept + "/*.json").status == 2);
  CHECK(lapse("check --generate --strict").status == 2);
}

TEST_CASE("check --merge says of a foreign file what it is not, in words of lapse") {
  scratch place;
  for (const auto* text : {"{}", "[]", "\"text\"", "{\"schema_version\": 2}", "no JSON"}) {
    const auto seen = lapse("check --merge " + place.write("other.json", text));
    CAPTURE(text, seen.err);
    CHECK(seen.status == 2);
    CHECK(has(seen.err, "it is no report of `lapse check --json`\n"));
  }
}

TEST_CASE("check refuses LAPSE_SHARDS where nothing says which shard this is") {
  scratch place;
  const auto seen =
      shell("LAPSE_SHARDS=4 \"$LAPSE\" check " + place.write("typo.yaml", typo) + " --failures ''");
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "LAPSE_SHARDS says of how many shards this is one"));
  CHECK(shell("LAPSE_SHARDS=4 \"$LAPSE\" check " + place.path("typo.yaml") +
              " --shard 1/1 --failures ''")
            .status == 0);
}
