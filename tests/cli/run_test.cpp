#include "command.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace {

std::vector<std::string> shipped() {
  std::vector<std::string> result;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(source_folder() / "scenarios"))
    if (entry.path().extension() == ".yaml")
      result.push_back(entry.path().string());
  std::sort(result.begin(), result.end());
  return result;
}

constexpr auto failing = "lapse: 1\n"
                         "name: a wrong belief\n"
                         "steps:\n"
                         "  - create: app\n"
                         "    ttl: 1h\n"
                         "  - at: 2h\n"
                         "    expect: { app: alive }\n";

} // namespace

TEST_CASE("every shipped scenario holds") {
  for (const auto& file : shipped()) {
    auto seen = lapse("run '" + file + "'");
    CAPTURE(file, seen.out, seen.err);
    CHECK(seen.status == 0);
  }
}

// cli/report_digests says it of every other format, over all builds.
TEST_CASE("hashes of an audit log are the same in every run") {
  auto audit = [](const std::string& file) {
    return lapse("run '" + file + "' --report audit --audit-hash").out;
  };
  const auto file = shipped().front();
  const auto first = audit(file);
  CHECK_FALSE(first.empty());
  CHECK((first == audit(file)));
}

TEST_CASE("an expectation that fails gives status 1, its place, both values and the command") {
  scratch place;
  auto file = place.write("belief.yaml", failing);
  auto seen = lapse("run " + file);
  CAPTURE(seen.out);
  CHECK(seen.status == 1);
  CHECK(has(seen.out, "belief.yaml:7:"));
  CHECK(has(seen.out, "expired"));
  CHECK(has(seen.out, "lapse run " + file));
}

TEST_CASE("--until leaves out later steps") {
  scratch place;
  auto file = place.write("belief.yaml", failing);
  CHECK(lapse("run " + file + " --until 1h").status == 0);
}

TEST_CASE("--set overrides a value of the file") {
  scratch place;
  auto file = place.write("belief.yaml", failing);
  CHECK(lapse("run " + file + " --set steps.0.ttl=3h").status == 0);
  CHECK(lapse("run " + file + " --set steps.0.tll=3h").status == 2);
}

TEST_CASE("several files get one line each and a summary, and the highest status") {
  scratch place;
  auto bad = place.write("a.yaml", failing);
  auto wrong = place.write("b.yaml", "lapse: 1\nstps: []\n");
  std::string good = "scenarios/tour/01-keys-die-with-the-token.yaml";
  auto held = lapse("run " + good + " scenarios/tour/03-time-and-renewal.yaml");
  CHECK(held.status == 0);
  CHECK(std::count(held.out.begin(), held.out.end(), '\n') == 3);
  CHECK(lapse("run " + good + " " + bad).status == 1);
  auto all = lapse("run " + good + " " + bad + " " + wrong);
  CAPTURE(all.out);
  CHECK(all.status == 2);
  CHECK(has(all.out, "1 passed, 1 failed, 1 with errors"));
  CHECK(has(all.out, "lapse run " + bad));
}

TEST_CASE("a folder stands for the scenarios in it") {
  scratch place;
  place.write("a.yaml", failing);
  place.write("b.yaml", failing);
  place.write("notes.txt", "no scenario");
  auto seen = lapse("run " + place.path("") + " --until 1h");
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "2 passed"));
}

TEST_CASE("reports to files are whole, and standard output then has the verdict") {
  scratch place;
  auto json = place.path("r.json");
  auto seen = lapse("run scenarios/tour/01-keys-die-with-the-token.yaml --report json=" + json +
                    " --report audit=" + place.path("r.log"));
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "PASS"));
  auto report = nlohmann::json::parse(read_file(json), nullptr, false);
  CHECK(report.is_object());
  CHECK_FALSE(read_file(place.path("r.log")).empty());
}

TEST_CASE("an error of the set-up stands at its place in the file") {
  scratch place;
  auto file = place.write("setup.yaml", "lapse: 1\n"
                                        "secrets:\n"
                                        "  db/:\n"
                                        "    type: database\n"
                                        "    default_lease_ttl: 20h\n"
                                        "    max_lease_ttl: 10h\n"
                                        "steps:\n"
                                        "  - create: app\n");
  auto seen = lapse("run " + file);
  CAPTURE(seen.err);
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "setup.yaml:"));
  CHECK(seen.out.empty());
}

TEST_CASE("no output takes the place of a file that a scenario reads") {
  scratch folder;
  const std::string policy = "path \"secret/*\" { capabilities = [\"read\"] }\n";
  const auto read = folder.write("web.hcl", policy);
  const auto file = folder.write("a.yaml", "lapse: 1\n"
                                           "policies: { web: { file: web.hcl } }\n"
                                           "steps: [ { create: app, policies: [web] } ]\n");
  for (const std::string line :
       {"run " + file + " --report text=" + read, "check " + file + " --json " + read,
        "serve " + file + " --record " + read}) {
    const auto seen = lapse(line);
    CAPTURE(line, seen.err);
    CHECK(seen.status == 2);
    CHECK(has(seen.err, "nothing would be left of it"));
    CHECK(read_file(read) == policy);
  }
}

TEST_CASE("an HTML page draws no limit that all counts break") {
  scratch folder;
  const auto page_with = [&](const std::string& bound) {
    const auto file = folder.write("a.yaml", "lapse: 1\n"
                                             "never: [ { leases: { " +
                                                 bound +
                                                 " } } ]\n"
                                                 "steps: [ { create: app } ]\n");
    const auto seen = lapse("run " + file + " --report html");
    CAPTURE(seen.err);
    CHECK(has(seen.out, "class=\"curve tokens\""));
    return seen.out;
  };
  const std::string records = "class=\"curve records\"";
  CHECK(has(page_with("at_least: 5"), records));
  CHECK_FALSE(has(page_with("at_most: 9223372036854775807"), records));
}
