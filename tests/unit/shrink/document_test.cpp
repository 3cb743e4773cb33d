#include "sim/shrink/document.hpp"

#include "sim/explore/estate_generator.hpp"
#include "sim/language/loader.hpp"
#include "sim/run/runner.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace lapse;

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream stream{path};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> shipped_scenarios() {
  std::vector<std::filesystem::path> result;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator{source_folder() / "scenarios"})
    if (entry.path().extension() == ".yaml")
      result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

// Written and read again; the text is the second one.
std::string rewritten(const std::string& text) {
  auto document = read_document(text);
  REQUIRE(document);
  auto result = write_document(*document);
  CAPTURE(result);
  auto again = read_document(result);
  REQUIRE(again);
  CHECK(write_document(*again) == result);
  return result;
}

run_outcome outcome_of(const std::string& text) {
  auto loaded = load_scenario(text, "file", {});
  std::string faults;
  if (const auto* errors = std::get_if<std::vector<load_error>>(&loaded))
    for (const auto& error : *errors)
      faults += to_string(error) + '\n';
  CAPTURE(text);
  REQUIRE(faults.empty());
  return run_plan(std::get<plan>(loaded), {});
}

} // namespace

TEST_CASE("every shipped scenario means the same after it was read and written") {
  auto paths = shipped_scenarios();
  REQUIRE(paths.size() > 30);
  for (const auto& path : paths) {
    CAPTURE(path);
    auto text = text_of(path);
    auto again = rewritten(text);
    auto before = outcome_of(text);
    auto after = outcome_of(again);
    CHECK(before.decisions_hash == after.decisions_hash);
    CHECK(before.requests == after.requests);
    CHECK(before.expectations == after.expectations);
    CHECK(before.failed == after.failed);
    CHECK(before.rules_broken == after.rules_broken);
  }
}

TEST_CASE("generated scenarios mean the same after they were read and written") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    auto text = generated_scenario(seed);
    CHECK(outcome_of(text).decisions_hash == outcome_of(rewritten(text)).decisions_hash);
  }
}

TEST_CASE("the writer's style is that of the shipped scenarios") {
  constexpr auto text = R"(lapse: 1
name: cloud keys die with the app's token

policies:
  deploy: |
    path "aws/creds/deploy"  { capabilities = ["read"] }
    path "auth/token/create" { capabilities = ["update"] }

secrets:
  aws/:
    type: aws
    roles:
      deploy: { default_ttl: 9h, max_ttl: 12h }

steps:
  - create: app
    ttl: 30m..1h
    policies: [deploy]
    meta: { owner: team-a }
  - repeat:
      times: 3
      steps:
        - create: job{i}
          as: app
  - together:
      - revoke: app
      - read: aws/creds/deploy
        as: job1
        save: keys
        expect: { lease_duration: 9h, renewable: true }
  - at: 1h1s
    expect: { app: expired, job1: { state: revoked, because: app } }

always:
  - { alive: app, from: 0s, to: 55m }
  - { leases: { at_most: 256000 } }
)";
  CHECK(rewritten(text) == text);
}

TEST_CASE("texts that YAML could take for something else keep their quotes, others lose them") {
  constexpr auto text = R"(lapse: 1
steps:
  - write: secret/a
    data: { a: "1", b: 'true', c: "word", d: "1h..2h", e: "", f: ~, g: "null", h: " x ", i: "it's",
            j: "a: b", k: "a #b", l: "- a", m: "tab\tand\\", n: "two\nlines\n", o: "{app}", p: '"' }
)";
  auto document = read_document(text);
  REQUIRE(document);
  auto written = write_document(*document);
  CAPTURE(written);
  auto again = read_document(written);
  REQUIRE(again);
  const auto& before = *document->find("steps")->children[0].find("data");
  const auto& after = *again->find("steps")->children[0].find("data");
  REQUIRE(before.children.size() == after.children.size());
  for (std::size_t i = 0; i < before.children.size(); ++i) {
    CAPTURE(before.children[i].key);
    CHECK(before.children[i].text == after.children[i].text);
    CHECK(before.children[i].what == after.children[i].what);
  }
  CHECK(written.find("word\n") != std::string::npos);
  CHECK(written.find("\"1\"") != std::string::npos);
  CHECK(written.find("\"true\"") != std::string::npos);
  CHECK(written.find("\"1h..2h\"") != std::string::npos);
}

TEST_CASE("what is no mapping, or has a key twice or a tag, is no document") {
  CHECK_FALSE(read_document(""));
  CHECK_FALSE(read_document("a"));
  CHECK_FALSE(read_document("[1, 2]"));
  CHECK_FALSE(read_document("a: 1\na: 2\n"));
  CHECK_FALSE(read_document("a: !!str 1\n"));
  CHECK_FALSE(read_document("a: [1\n"));
}
