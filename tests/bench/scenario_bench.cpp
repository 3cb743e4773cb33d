// Loading and running a scenario of 10,000 steps.

#include "sim/language/loader.hpp"
#include "sim/run/runner.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

std::string ten_thousand_steps() {
  std::string text = "lapse: 1\nname: many steps\n"
                     "policies:\n  maker: |\n"
                     "    path \"auth/token/create\" { capabilities = [\"update\"] }\n"
                     "steps:\n";
  for (int i = 0; i < 2500; ++i) {
    auto n = std::to_string(i);
    text += "  - create: t" + n + "\n    ttl: 1h\n    policies: [maker]\n";
    text += "  - lookup: t" + n + "\n    expect: { ttl: 1h, renewable: true }\n";
    text += "  - renew: t" + n + "\n    increment: 30m\n    after: 1s\n";
    text += "  - expect: { t" + n + ": alive }\n";
  }
  return text;
}

void load(benchmark::State& state) {
  auto text = ten_thousand_steps();
  for (auto _ : state)
    benchmark::DoNotOptimize(lapse::language::load_scenario(text, "bench.yaml", {}));
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

void load_and_run(benchmark::State& state) {
  auto text = ten_thousand_steps();
  for (auto _ : state) {
    auto loaded = lapse::language::load_scenario(text, "bench.yaml", {});
    auto outcome = lapse::run::run_plan(*loaded, {});
    if (!outcome.held())
      state.SkipWithError("an expectation failed");
  }
}
BENCHMARK(load_and_run)->Unit(benchmark::kMillisecond);

} // namespace
