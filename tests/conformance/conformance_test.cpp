// Every handed transcript of a real server is reproduced, answer by answer (tests/conformance/
// README.md).

#include "sim/engine/simulation.hpp"
#include "sim/transcript/compiled_transcript.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <algorithm>
#include <filesystem>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::lives;
using namespace lapse::runtime;
using namespace lapse::transcript;

namespace {

std::vector<std::string> transcript_files() {
  std::vector<std::string> result;
  for (const auto& each :
       std::filesystem::directory_iterator{source_folder() / "tests/conformance/transcripts"})
    if (each.path().extension() == ".jsonl")
      result.push_back(each.path().string());
  std::sort(result.begin(), result.end());
  return result;
}

/// How many the README says there are.
std::size_t documented_transcripts() {
  std::ifstream readme{source_folder() / "tests/conformance/README.md"};
  for (std::string line; std::getline(readme, line);)
    if (line.find(" conversations are here.") != std::string::npos)
      return std::stoul(line);
  FAIL("the README says no number of conversations");
  return 0;
}

compiled_transcript compile(const std::string& file) {
  auto loaded = load_transcript(file);
  if (!loaded)
    FAIL(to_string(loaded.error().front()));
  return compiled_transcript{*loaded};
}

std::string describe(const replay_result& result) {
  std::string text;
  for (const auto& d : result.differences) {
    text += "line " + std::to_string(d.line) + ": " + d.request + "\n  expected " +
            std::to_string(d.expected_status) + ' ' + d.expected.dump() + "\n  got " +
            std::to_string(d.got_status) + ' ' + d.got.dump() + '\n';
    for (const auto& f : d.fields)
      text += "  " + f.path + ": expected " + f.expected + ", got " + f.got + '\n';
  }
  return text;
}

} // namespace

TEST_CASE("the simulation answers every handed transcript as the real server did") {
  std::uint64_t answers = 0;
  const auto files = transcript_files();
  CHECK(files.size() == documented_transcripts());
  for (const auto& file : files) {
    CAPTURE(file);
    auto transcript = compile(file);
    const auto result = transcript.settle(
        [](const server_config& config) { return std::make_unique<simulation>(config); });
    CAPTURE(describe(result));
    CHECK(result.passed());
    answers += result.compared;
  }
  CHECK(answers > 20'000);
}

TEST_CASE("typed answers of the simulation compare as their JSON does") {
  for (const auto& file : transcript_files()) {
    CAPTURE(file);
    auto transcript = compile(file);
    simulation server{transcript.config()};
    const auto result = transcript.replay_doubly(server);
    for (const auto& d : result.differences)
      for (const auto& f : d.fields)
        CHECK(f.path != "the comparison itself");
  }
}

TEST_CASE("a replay gives each revocation the time it took on the recorded server (R-1732)") {
  const auto files = transcript_files();
  REQUIRE_FALSE(files.empty());
  const auto delay = compile(files.front()).config().lease_revocation_delay;
  CHECK(delay >= std::chrono::milliseconds{17});
  CHECK(delay <= std::chrono::milliseconds{30});
}
