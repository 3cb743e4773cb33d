#include "sim/document/node.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/write_document.hpp"

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
using namespace lapse::document;
using namespace lapse::explore;
using namespace lapse::language;
using namespace lapse::lives;
using namespace lapse::plan;
using namespace lapse::run;
using namespace lapse::runtime;

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
  if (!loaded)
    for (const auto& error : loaded.error())
      faults += to_string(error) + '\n';
  CAPTURE(text);
  REQUIRE(faults.empty());
  return run_plan(*loaded, {});
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
