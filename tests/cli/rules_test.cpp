#include "command.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace {

std::string scenario(const std::string& rules) {
  return "lapse: 1\nname: one token\nrules: " + rules + "\nsteps:\n  - create: app\n    ttl: 1h\n";
}

} // namespace

TEST_CASE("rules lists each lifecycle rule with its sentence, its sources and its exceptions") {
  auto seen = lapse("rules");
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "L01  no token works below a parent that is gone"));
  CHECK(has(seen.out, "from R-1611, R-511"));
  CHECK(has(seen.out, "except R-529: "));
  CHECK(has(seen.out, "except R-526: "));
  CHECK(has(seen.out, "except R-425: "));
  CHECK(has(seen.out, "L27  "));
  CHECK(has(seen.out, "`lapse rules NUMBER` prints any of them"));
}

TEST_CASE("a number prints its rule, with what it rests on and who watches it") {
  auto seen = lapse("rules R-511");
  CHECK(seen.status == 0);
  CHECK(seen.err.empty());
  CHECK(seen.out.starts_with(
      "R-511  Order of the walk\n\n"
      "The walk keeps an explicit stack. A node's children are listed in ascending text order of "
      "their salted ids and all pushed; the last one is popped first. The result: children "
      "strictly before their parents, and siblings in descending order of their salted ids.\n\n"
      "Source: TS `revokeTreeInternal` [C]\n"));
  CHECK(has(seen.out, "\nWatched by: L02 "));
  CHECK(has(seen.out, "\n\n[C]  read directly in the named function\n"
                      "TS   `internal/vault/token_store.go`\n"));
}

TEST_CASE("a rule that is not modelled says so, in whole or in part") {
  CHECK(has(lapse("rules R-1310").out, "\nNot modelled: "));
  CHECK(has(lapse("rules R-310").out, "\nModelled but for: the 500 of a use that lost the race: "));
  CHECK_FALSE(has(lapse("rules R-511").out, "odelled"));
}

TEST_CASE("several numbers are printed in the order they are asked for, edge cases among them") {
  auto seen = lapse("rules e-8 R-405");
  CHECK(seen.status == 0);
  CHECK(seen.out.starts_with("E-08  The short grant is repeated\n"));
  CHECK(seen.out.find("\n\n\nR-405  ") != std::string::npos);
}

TEST_CASE("a table is printed in columns") {
  CHECK(has(lapse("rules R-707").out, "\nmount                       role: default  role: service"
                                      "  role: batch\n---------"));
}

TEST_CASE("on a terminal a rule is wrapped at 80 columns") {
  if (shell("command -v script").status != 0)
    return;
  auto seen = shell("script -qec '\"$LAPSE\" rules R-511' /dev/null < /dev/null");
  CHECK(has(seen.out, "The walk keeps an explicit stack. A node's children are listed in ascending "
                      "text\r\norder of their"));
}

TEST_CASE("a lifecycle rule's number prints its sentence and the rules it rests on") {
  auto seen = lapse("rules L07");
  CHECK(seen.status == 0);
  CHECK(seen.out.starts_with("L07  "));
  CHECK(has(seen.out, "\nIt rests on\n  R-1617  A batch token is not usable after its parent\n"
                      "  R-122   When a batch token is valid\n"));
}

TEST_CASE("an unknown number is an error that names the nearest ones, and nothing is printed") {
  // In two pieces: every number that the repository cites exists.
  const std::string missing = "R-"
                              "599";
  auto seen = lapse("rules R-511 " + missing);
  CHECK(seen.status == 2);
  CHECK(seen.out.empty());
  CHECK(seen.err ==
        "lapse: rules: unknown rule `" + missing + "`, the nearest are R-536 and R-601\n");
  CHECK(has(lapse("rules L99").err, "unknown rule `L99`, the nearest is L27"));
  CHECK(has(lapse("rules R-1").err, "unknown rule `R-1`, the nearest is R-101"));
  auto word = lapse("rules walk");
  CHECK(word.status == 2);
  CHECK(has(word.err, "unknown rule `walk`: numbers look like R-511, E-42 and L07"));
  CHECK(lapse("rules --coverage R-511").status == 2);
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

TEST_CASE("conform says of each transcript that no rule was broken") {
  scratch folder;
  auto report = folder.path("conform.json");
  auto seen =
      lapse("conform --json " + report + " tests/conformance/transcripts/batch-lease.jsonl");
  CHECK(seen.status == 0);
  auto verdicts = nlohmann::json::parse(read_file(report));
  REQUIRE(verdicts["files"].size() == 1);
  CHECK(verdicts["files"][0]["rules_broken"] == nlohmann::json::array());
}
