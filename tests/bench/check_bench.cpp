// The race of the design: a parent is revoked while a token is created under one of its k children
// and another child spends its last use; each child holds a lease. Runs per second of each
// strategy, time to the complete verdict of all histories, and what a second core gives.

#include "sim/explore/exhaustive.hpp"
#include "sim/explore/search.hpp"
#include "sim/language/loader.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

namespace {

using namespace lapse;
using namespace lapse::explore;
using namespace lapse::language;

lapse::plan::plan race(int children) {
  std::string text = R"(lapse: 1
policies:
  p: |
    path "aws/creds/deploy"            { capabilities = ["read"] }
    path "auth/token/create"           { capabilities = ["update"] }
    path "auth/token/lookup-self"      { capabilities = ["read"] }
secrets:
  aws/: { type: aws, roles: { deploy: { default_ttl: 9h, max_ttl: 12h } } }
steps:
  - { create: parent, ttl: 1h, policies: [p] }
)";
  for (int i = 1; i <= children; ++i)
    text += fmt::format("  - {{ create: c{0}, as: parent, ttl: 4h, policies: [p]{1} }}\n"
                        "  - {{ read: aws/creds/deploy, as: c{0}, save: k{0} }}\n",
                        i, i == 2 ? ", num_uses: 2" : "");
  text += R"(  - together:
      - { revoke: parent }
      - { create: late, as: c1, policies: [p] }
      - { lookup: c2, self: true }
)";
  return *load_scenario(text, "race", {});
}

void sampled(benchmark::State& state, sampling kind) {
  auto what = race(static_cast<int>(state.range(0)));
  search_options options;
  options.runs = 2000;
  options.strategy = kind;
  options.jobs = static_cast<std::size_t>(state.range(1));
  std::uint64_t runs = 0;
  for (auto _ : state) {
    auto found = search(what, options);
    if (found.failed)
      state.SkipWithError("the race broke a rule");
    runs += found.runs;
  }
  state.counters["runs/s"] =
      benchmark::Counter(static_cast<double>(runs), benchmark::Counter::kIsRate);
}

void exhaustive(benchmark::State& state) {
  auto what = race(static_cast<int>(state.range(0)));
  search_options options;
  options.runs = 10'000'000;
  options.jobs = static_cast<std::size_t>(state.range(1));
  exhaustive_outcome found;
  std::uint64_t traces = 0;
  for (auto _ : state) {
    found = explore_all(what, options);
    if (!found.complete || found.failed)
      state.SkipWithError("not verified");
    traces += found.traces;
  }
  state.counters["traces"] = static_cast<double>(found.traces);
  state.counters["other runs"] = static_cast<double>(found.other_runs);
  state.counters["traces/s"] =
      benchmark::Counter(static_cast<double>(traces), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(sampled, random, sampling::random)->Args({2, 1})->Args({2, 2})->UseRealTime();
BENCHMARK_CAPTURE(sampled, pct, sampling::pct)->Args({2, 1})->UseRealTime();
BENCHMARK_CAPTURE(sampled, pos, sampling::pos)->Args({2, 1})->UseRealTime();
BENCHMARK_CAPTURE(sampled, delay, sampling::delay)->Args({2, 1})->UseRealTime();
BENCHMARK(exhaustive)->Args({2, 1})->Args({4, 1})->Args({8, 1})->UseRealTime();

} // namespace
