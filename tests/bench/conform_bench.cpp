// From typed request to compared typed answer on the random-walk transcripts, compiled once and
// looped; and from file to verdict for all of them.

#include "sim/engine/simulation.hpp"
#include "sim/transcript/compiled_transcript.hpp"
#include "sim/transcript/transcript.hpp"
#include "tests/support/places.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace {

std::vector<std::string> transcripts(bool walks_only) {
  std::vector<std::string> result;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_folder() / "tests/conformance/transcripts")) {
    auto name = entry.path().filename().string();
    auto walk = name.rfind("walk-", 0) == 0 || name.rfind("ramble-", 0) == 0;
    if (entry.path().extension() == ".jsonl" && (walk || !walks_only))
      result.push_back(entry.path().string());
  }
  std::sort(result.begin(), result.end());
  return result;
}

lapse::transcript::compiled_transcript compile(const std::string& file) {
  auto loaded = lapse::transcript::load_transcript(file);
  return lapse::transcript::compiled_transcript{loaded.value()};
}

void walks_looped(benchmark::State& state) {
  std::vector<lapse::transcript::compiled_transcript> all;
  for (const auto& file : transcripts(true))
    all.push_back(compile(file));
  std::int64_t compared = 0;
  std::uint64_t differing = 0;
  for (auto _ : state)
    for (auto& t : all) {
      lapse::engine::simulation server{t.config()};
      auto result = t.replay(server);
      compared += static_cast<std::int64_t>(result.requests);
      differing += result.differing;
    }
  state.SetItemsProcessed(compared);
  state.counters["differing/iteration"] =
      static_cast<double>(differing) / static_cast<double>(state.iterations());
}
BENCHMARK(walks_looped)->Unit(benchmark::kMillisecond);

void file_to_verdict(benchmark::State& state) {
  std::int64_t compared = 0;
  for (auto _ : state)
    for (const auto& file : transcripts(false)) {
      auto t = compile(file);
      auto result =
          t.settle([](const lapse::server_config& config) -> std::unique_ptr<lapse::door> {
            return std::make_unique<lapse::engine::simulation>(config);
          });
      compared += static_cast<std::int64_t>(result.compared);
    }
  state.SetItemsProcessed(compared);
}
BENCHMARK(file_to_verdict)->Unit(benchmark::kMillisecond);

} // namespace
