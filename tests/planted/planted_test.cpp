// Each bug of the catalogue is switched on in turn. Without it its scenario holds, whatever the
// order of messages; with it, a run or a search notices.

#include "sim/explore/counterexample.hpp"
#include "sim/explore/search.hpp"
#include "sim/explore/trial.hpp"
#include "sim/language/loader.hpp"
#include "tests/planted/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::document;
using namespace lapse::explore;
using namespace lapse::language;
using namespace lapse::lives;
using namespace lapse::plan;
using namespace lapse::run;
using namespace lapse::runtime;
using namespace lapse::shrink;

namespace {

const std::filesystem::path root = source_folder();
const auto folder = root / "tests" / "planted";

lapse::plan::plan loaded(const std::filesystem::path& file) {
  CAPTURE(file.string());
  auto result = load_scenario_file(file.string(), {});
  if (!result)
    FAIL(to_string(result.error().front()));
  auto& found = *result;
  CHECK(found.warnings.empty());
  return std::move(found);
}

lapse::plan::plan scenario_of(const planted_bug& bug) {
  return loaded(folder / (std::string{bug.name} + ".yaml"));
}

lapse::plan::plan least_of(const planted_bug& bug) {
  return loaded(folder / "minimal" / (std::string{bug.name} + ".yaml"));
}

/// What did not hold: ids of rules, kinds of properties, `expect`.
std::set<std::string> broken_in(const lapse::plan::plan& what,
                                std::optional<std::uint64_t> schedule = {}) {
  run_options options;
  auto order = make_strategy(sampling::random, schedule.value_or(0), 0);
  if (schedule) {
    options.interleave = true;
    options.chooser = order.get();
  }
  auto done = run_trial(what, options);
  CHECK(done.outcome.setup_errors.empty());
  CHECK(done.unreached.empty());
  std::set<std::string> broken;
  for (const auto& one : done.failures)
    broken.insert(one.id);
  return broken;
}

constexpr std::uint64_t schedules_max = 1000;

/// What the first of the schedules that shows anything shows.
std::set<std::string> found_by_search(const lapse::plan::plan& what) {
  for (std::uint64_t seed = 1; seed <= schedules_max; ++seed)
    if (auto broken = broken_in(what, seed); !broken.empty())
      return broken;
  return {};
}

int steps_in(const std::vector<step>& steps) {
  int sum = 0;
  for (const auto& one : steps) {
    if (auto* several = std::get_if<together_step>(&one.action))
      sum += steps_in(several->steps);
    else if (!std::holds_alternative<std::monostate>(one.action))
      ++sum;
  }
  return sum;
}

using names = std::set<std::string>;

names names_of_catalogue() {
  names result;
  for (const auto& bug : planted_bugs())
    result.emplace(bug.name);
  return result;
}

/// Every `planted("name")` that a patch adds.
names names_asked_for(const std::filesystem::path& patch) {
  static const std::regex question{R"re(\n\+[^\n]*planted\("([^"]*)"\))re"};
  names result;
  std::ifstream in(patch);
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  for (std::sregex_iterator i{text.begin(), text.end(), question}, end; i != end; ++i)
    result.insert((*i)[1]);
  return result;
}

names files_in(const std::filesystem::path& where, const char* extension) {
  names result;
  for (const auto& entry : std::filesystem::directory_iterator(where))
    if (entry.path().extension() == extension)
      result.insert(entry.path().stem());
  return result;
}

} // namespace

TEST_CASE("every planted bug has its patch, its line in the catalogue and its two scenarios") {
  auto known = names_of_catalogue();
  CHECK(known.size() == planted_bugs().size());
  CHECK(known.size() >= 25);
  for (const auto& name : known) {
    CAPTURE(name);
    CHECK(names_asked_for(folder / (name + ".patch")) == names{name});
  }
  CHECK(files_in(folder, ".patch") == known);
  CHECK(files_in(folder, ".yaml") == known);
  CHECK(files_in(folder / "minimal", ".yaml") == known);
  CHECK(files_in(folder / "drift", ".patch") == names{std::string{drifting_order.name}});
  CHECK(std::is_sorted(planted_bugs().begin(), planted_bugs().end(),
                       [](const auto& a, const auto& b) { return a.name < b.name; }));
  CHECK(std::count_if(planted_bugs().begin(), planted_bugs().end(),
                      [](const auto& bug) { return bug.schedule_only; }) >= 8);
}

TEST_CASE("without a planted bug each scenario holds in every order of messages that is tried") {
  for (const auto& bug : planted_bugs()) {
    CAPTURE(bug.name);
    for (const auto& what : {scenario_of(bug), least_of(bug)}) {
      CHECK(broken_in(what) == std::set<std::string>{});
      for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        CHECK(broken_in(what, seed) == std::set<std::string>{});
      }
    }
  }
}

TEST_CASE(
    "a bug that needs no schedule shows in a plain run, by the rule that is said to notice it") {
  for (const auto& bug : planted_bugs()) {
    if (bug.schedule_only)
      continue;
    CAPTURE(bug.name);
    auto what = scenario_of(bug);
    auto least = least_of(bug);
    plant on{bug};
    CHECK(broken_in(what).count(std::string{bug.noticed_by}) == 1);
    CHECK(broken_in(least).count(std::string{bug.noticed_by}) == 1);
  }
}

TEST_CASE(
    "a bug that needs a schedule never shows in a plain run, and some order of messages shows it") {
  for (const auto& bug : planted_bugs()) {
    if (!bug.schedule_only)
      continue;
    CAPTURE(bug.name);
    auto what = scenario_of(bug);
    auto least = least_of(bug);
    plant on{bug};
    CHECK(broken_in(what) == std::set<std::string>{});
    CHECK(broken_in(least) == std::set<std::string>{});
    CHECK(found_by_search(what).count(std::string{bug.noticed_by}) == 1);
    CHECK(found_by_search(least).count(std::string{bug.noticed_by}) == 1);
  }
}

TEST_CASE(
    "a server that differs from run to run is told from one that does not, by running twice") {
  auto what = loaded(folder / "drift" / (std::string{drifting_order.name} + ".yaml"));
  search_options options;
  options.runs = 20;
  options.verify_determinism = true;
  CHECK(search(what, options).nondeterminism.empty());
  plant on{drifting_order};
  auto drifted = search(what, options);
  CHECK(!drifted.nondeterminism.empty());
  CHECK(!drifted.failed);
  options.verify_determinism = false;
  CHECK(!search(what, options).failed);
}

TEST_CASE("the search finds every planted bug, and its counterexample replays to the rule that "
          "notices it") {
  int steps = 0;
  int least = 0;
  for (const auto& bug : planted_bugs()) {
    CAPTURE(bug.name);
    auto what = scenario_of(bug);
    plant on{bug};
    search_options options;
    options.runs = 2000;
    options.seed = 1;
    auto found = search(what, options);
    REQUIRE(found.failed);
    CHECK((found.failed->number > 0) == bug.schedule_only);
    std::ifstream in(folder / (std::string{bug.name} + ".yaml"));
    counterexample_source source;
    source.text = std::string{std::istreambuf_iterator<char>{in}, {}};
    source.file = bug.name;
    source.run = *found.failed;
    auto small = make_counterexample(source, {});
    REQUIRE(small);
    CAPTURE(small->text);
    REQUIRE(!small->failures.empty());
    CHECK(small->failures.front().id == found.failed->failures.front().id);
    CHECK(small->steps_after <= 6);
    steps += static_cast<int>(small->steps_after);
    least += bug.steps_min;
  }
  // On the average no more than a third above the least known.
  CHECK(steps * 3 <= least * 4);
}

TEST_CASE("the least scenario of a bug has as many steps as the catalogue says") {
  for (const auto& bug : planted_bugs()) {
    CAPTURE(bug.name);
    CHECK(steps_in(least_of(bug).steps) == bug.steps_min);
    CHECK(steps_in(scenario_of(bug).steps) >= 8);
    CHECK(steps_in(scenario_of(bug).steps) <= 20);
  }
}
