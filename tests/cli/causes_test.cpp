// Whether a failure names its cause in each format: the first line that names the failure is all
// that many people read.

#include "command.hpp"
#include "failing_cases.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <map>
#include <sstream>
#include <string>

using namespace failing_cases;

namespace {

/// The first line with a part in it; empty: none has it.
std::string line_with(const std::string& text, const std::string& part) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    if (has(line, part))
      return line;
  return {};
}

std::string message_of(const std::string& path) {
  pugi::xml_document xml;
  REQUIRE(xml.load_file(path.c_str()));
  return xml.select_node("//failure").node().attribute("message").value();
}

/// What each format says where it first names the failure.
std::map<std::string, std::string> first_words(const scratch& place, const std::string& file) {
  std::map<std::string, std::string> result;
  const auto to = [&](const char* name) { return place.path(name); };
  const auto run =
      shell("GITHUB_ACTIONS=true \"$LAPSE\" run " + file + " --report text=" + to("t.txt") +
            " --report md=" + to("r.md") + " --report html=" + to("r.html") +
            " --report json=" + to("r.json") + " --report junit=" + to("r.xml"));
  CHECK(run.status == 1);
  const auto text = read_file(to("t.txt"));
  // An event is told over several lines of its column.
  const auto judged = plain(text.substr(text.find("  judge         ! "), 900));
  result["text, events"] = judged.substr(0, judged.find(" TOKENS AND LEASES"));
  result["text, what failed"] = plain(text.substr(text.find("WHAT FAILED, AND WHY")));
  result["one line"] = plain(line_with(run.out, "FAIL "));
  result["GitHub"] = plain(line_with(run.out, "::error "));
  result["md"] = plain(line_with(read_file(to("r.md")), "- line "));
  result["html"] = plain(read_file(to("r.html")));
  result["junit"] = plain(message_of(to("r.xml")));
  result["json"] = plain(nlohmann::json::parse(read_file(to("r.json")))["failures"][0].dump());
  const auto check =
      lapse("check " + file + " --failures " + place.path("kept") + " --junit " + to("c.xml"));
  CHECK(check.status == 1);
  result["check"] = plain(line_with(check.out, file + ":"));
  result["check, junit"] = plain(message_of(to("c.xml")));
  return result;
}

} // namespace

TEST_CASE(
    "each failing scenario names its cause in each format, where it first names the failure") {
  for (const auto& one : failing) {
    scratch place;
    const auto file = place.write("f.yaml", one.text);
    for (const auto& [format, words] : first_words(place, file)) {
      CAPTURE(one.text, one.cause, format, words);
      CHECK(has(words, one.cause));
    }
  }
}

TEST_CASE("what only a race shows names its cause too, in the case that is kept and in its run") {
  scratch place;
  const auto file = place.write("race.yaml", R"(lapse: 1
policies: { p: 'path "auth/token/lookup-self" { capabilities = ["read"] }' }
steps:
  - { create: app, ttl: 8h, policies: [p] }
  - at: 1h
    together:
      - { lookup: app, self: true, expect: { status: 200 } }
      - { revoke: app }
)");
  CHECK(lapse("run " + file).status == 0);
  const auto kept = place.path("kept");
  const auto found =
      lapse("check " + file + " --failures " + kept + " --junit " + place.path("c.xml"));
  const std::string cause = "'app' was revoked at ";
  CHECK(found.status == 1);
  CHECK(has(
      plain(line_with(found.out, file + ":7:")),
      "status is 403: permission denied (refusal 1): 'app' was revoked at 1h: 'root' revoked it"));
  CHECK(has(plain(message_of(place.path("c.xml"))), cause));
  const auto path = shell("ls " + kept + "/*.yaml").out;
  const auto small = path.substr(0, path.find('\n'));
  const auto heading = plain(read_file(small));
  CHECK(has(heading.substr(0, heading.find("lapse: 1")), cause));
  for (const auto& [format, words] : first_words(place, small)) {
    CAPTURE(format, words);
    CHECK(has(words, cause));
  }
  CHECK(has(plain(lapse("explain " + small + " --refusal 1").out), "why " + cause));
}

TEST_CASE("a property is told at the instant it broke, not at the end of its window") {
  scratch place;
  const auto file = place.write("late.yaml", R"(lapse: 1
steps:
  - { create: a, ttl: 20m, policies: [default] }
  - { create: b, ttl: 3h, policies: [default] }
  - { at: 1h, lookup: b }
  - { at: 2h, lookup: b }
always:
  - { alive: a, from: 0s, to: 2h }
eventually:
  - { gone: b, after: 0s, within: 30m }
)");
  const auto text = lapse("run " + file).out;
  CAPTURE(text);
  CHECK(has(text, "late.yaml:8  at 20m  `always`"));
  CHECK(has(text, "late.yaml:10  at 30m  `eventually`"));
  CHECK(has(text, "       20m  judge         ! broken      always"));
  CHECK(has(lapse("run " + file + " --report md").out, "- line 8, at 20m: `always`"));
  const auto json = nlohmann::json::parse(lapse("run " + file + " --report json").out);
  CHECK(json["failures"][0]["at"] == "20m");
  CHECK(json["failures"][1]["at"] == "30m");
  const auto check = lapse("check " + file + " --failures ''");
  CHECK(has(check.out, "late.yaml:8: always { alive: a, from: 0s, to: 2h }, at 20m: a is expired"));
}
