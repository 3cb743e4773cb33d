// The reference model is worth its name: it answers every recorded conversation as the real server
// did.

#include "sim/transcript/compiled_transcript.hpp"
#include "tests/model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

using namespace lapse;
using namespace lapse::transcript;

namespace {

/// Conversations the model does not answer yet, one file name a line. The list may only shrink:
/// whoever teaches the model takes its line out.
std::set<std::string> not_yet_known() {
  std::set<std::string> result;
  std::ifstream file{source_folder() / "tests/model/not_yet_known.txt"};
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#')
      result.insert(line);
  return result;
}

} // namespace

TEST_CASE("the sequential model answers every transcript as the real server did") {
  std::vector<std::filesystem::path> files;
  auto folder = source_folder() / "tests/conformance/transcripts";
  for (auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".jsonl")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 189);
  const auto unknown = not_yet_known();
  for (auto& file : files) {
    auto loaded = load_transcript(file.string());
    REQUIRE(loaded);
    compiled_transcript compiled(*loaded);
    auto result = compiled.settle([](const server_config& config) -> std::unique_ptr<door> {
      return std::make_unique<model>(config);
    });
    std::string first;
    if (!result.differences.empty())
      first = "line " + std::to_string(result.differences[0].line) + ": " +
              result.differences[0].request + "\nexpected " +
              result.differences[0].expected.dump() + "\ngot " + result.differences[0].got.dump();
    CAPTURE(file.filename().string(), first);
    CHECK(result.passed() == !unknown.contains(file.filename().string()));
  }
}
