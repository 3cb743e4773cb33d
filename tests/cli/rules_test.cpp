#include "command.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string scenario(const std::string& rules) {
  return "lapse: 1\nname: one token\nrules: " + rules + "\nsteps:\n  - create: app\n    ttl: 1h\n";
}

} // namespace

TEST_CASE("rules lists each built-in rule with its sentence, its sources and its exceptions") {
  auto seen = lapse("rules");
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "L01  no token works below a parent that is gone"));
  CHECK(has(seen.out, "from 16.1 (1), R-511"));
  CHECK(has(seen.out, "except R-529: "));
  CHECK(has(seen.out, "except R-526: "));
  CHECK(has(seen.out, "except R-425: "));
  CHECK(has(seen.out, "L27  "));
}

TEST_CASE(
    "a scenario switches rules off by their ids, and an id that no rule has is an error of it") {
  scratch folder;
  auto known = folder.write("known.yaml", scenario("{ L01: off, L27: off }"));
  CHECK(lapse("run " + known).status == 0);
  auto unknown = folder.write("unknown.yaml", scenario("{ L99: off }"));
  auto seen = lapse("run " + unknown);
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "unknown rule `L99`"));
}

TEST_CASE("conform tells of each transcript that no rule was broken") {
  scratch folder;
  auto report = folder.path("conform.json");
  auto seen =
      lapse("conform --json " + report + " tests/conformance/transcripts/batch-lease.jsonl");
  CHECK(seen.status == 0);
  auto verdicts = nlohmann::json::parse(read_file(report));
  REQUIRE(verdicts["files"].size() == 1);
  CHECK(verdicts["files"][0]["rules_broken"] == nlohmann::json::array());
}
