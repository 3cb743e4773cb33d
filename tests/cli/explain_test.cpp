#include "command.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <sstream>
#include <string>

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr auto keys = "explain scenarios/tour/01-keys-die-with-the-token.yaml ";

} // namespace

TEST_CASE("explain tells what a revocation takes along and what bounds a life") {
  auto seen = lapse(std::string{keys} + "app --at 30m");
  CHECK(seen.status == 0);
  CHECK(seen.err.empty());
  CHECK(has(seen.out, "what bounds it, from itself upwards"));
  CHECK(has(seen.out, "revoked at 30m by root"));
  CHECK(has(seen.out, "what lives on"));
  CHECK_FALSE(has(seen.out, "\x1b")); // no terminal, no colour
  std::istringstream lines{seen.out};
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
  }
}

TEST_CASE("explain writes the same bytes again, and JSON with a version") {
  auto first = lapse(std::string{keys} + "app --format json");
  auto second = lapse(std::string{keys} + "app --format json");
  CHECK(first.status == 0);
  CHECK(first.out == second.out);
  auto document = nlohmann::json::parse(first.out);
  CHECK(document["schema_version"] == 1);
  CHECK(document["handle"] == "app");
  CHECK(document["revocation"]["dead"].size() > 1);
}

TEST_CASE("explain refuses with status 2 and one message what it cannot explain") {
  auto unknown = lapse(std::string{keys} + "appp");
  CHECK(unknown.status == 2);
  CHECK(unknown.out.empty());
  CHECK(has(unknown.err, "lapse: explain: unknown handle `appp`, did you mean `app`?"));
  CHECK(has(unknown.err, "handles: root, app"));
  CHECK(has(lapse(std::string{keys} + "app --at 30d").err, "`app` is dead at 720h"));
  CHECK(has(lapse(std::string{keys} + "app --at soon").err, "--at takes a time since the start"));
  CHECK(has(lapse(std::string{keys} + "app --format yaml").err, "formats are text and json"));
  CHECK(has(lapse(std::string{keys} + "app job").err, "takes one file and one handle"));
  CHECK(has(lapse("explain nowhere.yaml app").err, "nowhere.yaml"));
  CHECK(has(lapse(keys).err, "names no handle"));
  CHECK(has(lapse("explain").err, "names no scenario file"));
  for (auto words : {"app --at 30d", "app --at soon", "app --format yaml", "app job", ""})
    CHECK(lapse(std::string{keys} + words).status == 2);
}

TEST_CASE("explain has a help with examples and exit statuses") {
  auto seen = lapse("explain --help");
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "usage: lapse explain FILE HANDLE"));
  CHECK(has(seen.out, "examples:"));
  CHECK(has(seen.out, "exit status:"));
  CHECK(has(lapse("--help").out, "  explain   "));
}
