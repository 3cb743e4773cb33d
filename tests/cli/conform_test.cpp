// `lapse conform` from outside: verdicts, exit statuses, errors of bad transcripts.

#include "command.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <string>

namespace {

constexpr auto recorded = "tests/conformance/transcripts/uses-two.jsonl";

std::string recording() { return read_file((source_folder() / recorded).string()); }

// The recorded transcript with one text replaced by another.
std::string altered(const std::string& from, const std::string& to) {
  auto text = recording();
  auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("a transcript that lapse answers alike passes, and the last line counts") {
  auto seen = lapse(std::string{"conform "} + recorded);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "passed  tests/conformance/transcripts/uses-two.jsonl"));
  CHECK(has(seen.out, "1 passed, 0 failed, "));
  CHECK(has(seen.out, " answers compared"));
}

TEST_CASE("an answer that differs fails with its request, what was expected and what came") {
  scratch folder;
  auto file = folder.write("lie.jsonl", altered(R"(null,"num_uses":2)", R"(null,"num_uses":7)"));
  auto junit = folder.path("verdict.xml");
  auto json = folder.path("verdict.json");
  auto seen = lapse("conform " + file + " --junit " + junit + " --json " + json);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 1);
  CHECK(has(seen.out, "auth/token/create"));
  CHECK(has(seen.out, "- 7"));
  CHECK(has(seen.out, "+ 2"));
  CHECK(has(seen.out, "0 passed, 1 failed, "));
  pugi::xml_document page;
  CHECK(page.load_file(junit.c_str()));
  CHECK(nlohmann::json::accept(read_file(json)));
}

TEST_CASE("a file that is no transcript is reported with file and line, and counts as failed") {
  scratch folder;
  auto file = folder.write("bad.jsonl", recording() + "{\"at\": nonsense}\n");
  auto junit = folder.path("verdict.xml");
  auto seen = lapse("conform " + file + " --junit " + junit);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 2);
  auto text = recording();
  auto last = std::to_string(std::count(text.begin(), text.end(), '\n') + 1);
  CHECK(has(seen.err, "bad.jsonl:" + last + ": Not JSON"));
  CHECK(has(seen.out, "0 passed, 1 failed, 0 answers compared"));
  pugi::xml_document page;
  CHECK(page.load_file(junit.c_str()));
  CHECK(lapse("conform " + folder.path("missing.jsonl")).status == 2);
}

TEST_CASE("a transcript whose name is no UTF-8 makes a well-formed JUnit file") {
  scratch folder;
  auto file = folder.write("bad\xff.jsonl", recording());
  auto junit = folder.path("verdict.xml");
  auto seen = lapse("conform '" + file + "' --junit " + junit);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  auto text = read_file(junit);
  CHECK(has(text, "bad\\xff.jsonl"));
  CHECK_FALSE(has(text, "\xff"));
  pugi::xml_document page;
  CHECK(page.load_file(junit.c_str()));
}
