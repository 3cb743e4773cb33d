// Prints the table of README.md: how many runs each strategy takes to find each planted bug, and
// how far its case is shrunk. Not a test; `planted_table > table.md`.

#include "sim/explore/counterexample.hpp"
#include "sim/language/loader.hpp"
#include "sim/rules/catalogue.hpp"
#include "tests/planted/catalogue.hpp"
#include "tests/support/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::explore;
using namespace lapse::language;
using namespace lapse::rules;

namespace {

constexpr std::uint64_t seeds = 20;
constexpr std::uint64_t runs_max = 2'000;

const std::filesystem::path folder = source_folder() / "tests" / "planted";

struct column {
  const char* title;
  std::variant<mixed, sampling> strategy;
};
const column columns[] = {{"random", sampling::random},
                          {"pct", sampling::pct},
                          {"pos", sampling::pos},
                          {"delay", sampling::delay},
                          {"mix", mixed{}}};

std::optional<failing_run> find(const lapse::plan::plan& what,
                                const std::variant<mixed, sampling>& strategy, std::uint64_t seed) {
  search_options options;
  options.runs = runs_max;
  options.seed = seed;
  options.strategy = strategy;
  return search(what, options).failed;
}

/// Median of the runs to the first failure; a miss counts as more than any.
std::string median_of(const lapse::plan::plan& what,
                      const std::variant<mixed, sampling>& strategy) {
  std::vector<std::uint64_t> runs;
  std::uint64_t missed = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    auto found = find(what, strategy, seed);
    missed += found ? 0 : 1;
    runs.push_back(found ? found->number + 1 : runs_max + 1);
  }
  std::sort(runs.begin(), runs.end());
  auto median = runs[runs.size() / 2];
  auto text = median > runs_max ? fmt::format("> {}", runs_max) : fmt::format("{}", median);
  return missed == 0 ? text : fmt::format("{} ({} of {} missed)", text, missed, seeds);
}

void print_row(const planted_bug& bug) {
  auto file = (folder / (std::string{bug.name} + ".yaml")).string();
  load_options loading;
  loading.rule_ids = rule_ids();
  auto loaded = load_scenario_file(file, loading);
  const auto& what = *loaded;
  plant planted(bug);
  std::string row = fmt::format("| {} | {} |", bug.name, bug.noticed_by);
  for (const auto& c : columns)
    row += fmt::format(" {} |", median_of(what, c.strategy));
  auto found = find(what, mixed{}, 0);
  if (found) {
    std::ifstream in(file);
    counterexample_source source{std::string{std::istreambuf_iterator<char>(in), {}}, file, loading,
                                 *found};
    auto small = make_counterexample(source, {});
    if (small)
      row += fmt::format(" {} → {} ({}) | {} |", small->steps_before, small->steps_after,
                         bug.steps_min, small->tries);
  }
  std::puts(row.c_str());
  std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
  std::puts(
      "| bug | noticed by | random | pct | pos | delay | mix | steps (least known) | tries |\n"
      "|---|---|---|---|---|---|---|---|---|");
  for (const auto& bug : planted_bugs())
    if (argc < 2 || std::string_view{argv[1]} == bug.name)
      print_row(bug);
}
