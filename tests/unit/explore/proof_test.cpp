// Strategy `auto`: a proof ends the matter, a budget does not, and ranges are tried where it
// counts.

#include "sim/explore/proof.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"

#include <algorithm>
#include <string>

using namespace lapse;
using namespace lapse::explore;

namespace {

// Many clients of one token: more orders than any budget allows.
std::string crowd(int clients) {
  std::string text = "lapse: 1\nsteps:\n  - { create: a, ttl: 1h }\n  - together:\n";
  for (int i = 0; i < clients; ++i)
    text += "    - { renew: a }\n";
  return text;
}

} // namespace

TEST_CASE("a proof of all histories ends the matter: nothing is sampled") {
  auto done = prove_or_sample(load_plan(crowd(3)), {});
  REQUIRE(done.proof);
  CHECK(done.proof->complete);
  CHECK(done.proof->traces == 30);
  CHECK(done.proof->choices);
  CHECK(done.sampled.runs == 0);
  CHECK(!done.failed);
}

TEST_CASE("a proof out of reach is given up after few runs, and samples follow") {
  search_options options;
  options.runs = 30;
  auto done = prove_or_sample(load_plan(crowd(12)), options);
  REQUIRE(done.proof);
  CHECK(!done.proof->complete);
  CHECK(done.proof->stopped_by == search_limit::runs);
  CHECK(done.proof->traces + done.proof->other_runs <= 256);
  CHECK(done.sampled.runs == 30);
  CHECK(done.sampled.runs_max == 30);
}

TEST_CASE("a search gives up when the runs still certain to come exceed what is left") {
  search_options options;
  // Six orders; the first run shows at least two more.
  options.runs = 2;
  auto what = load_plan(crowd(3));
  auto all = explore_all(what, options, {{}, true});
  CHECK(all.traces == 1);
  CHECK(all.stopped_by == search_limit::runs);
  CHECK(explore_all(what, options).traces == 2);
}

TEST_CASE("a budget of deliveries allows as many runs as the first one's deliveries fit into it") {
  search_options options;
  options.deliveries = 10;
  CHECK(runs_within(options, 3) == 3);
  CHECK(runs_within(options, 11) == 1);
  CHECK(runs_within(options, 0) == 10);
  auto found = search(load_plan(crowd(4)), options);
  CHECK(found.runs == found.runs_max);
  CHECK(found.runs < options.runs);
  auto all = explore_all(load_plan(crowd(4)), options);
  CHECK(all.stopped_by == search_limit::deliveries);
}

TEST_CASE("ranges are tried at both ends, and next to the times between what happens in a run") {
  constexpr std::int64_t minute = 60'000'000'000;
  auto tried = values_to_try(load_plan(R"(lapse: 1
steps:
  - { create: a, ttl: 1h..2h }
  - { at: 90m, create: b, ttl: 10h }
until: 91m
)"));
  auto has = [&](std::int64_t value) {
    return std::count(tried.begin(), tried.end(), lapse::plan::range_values{value}) == 1;
  };
  CHECK(tried.front() == lapse::plan::range_values{60 * minute});
  CHECK(has(120 * minute));
  CHECK(has(90 * minute));
  CHECK(has(90 * minute - minute / 60));
  CHECK(has(90 * minute + minute / 60));
  CHECK(values_to_try(load_plan(crowd(2))) == std::vector<lapse::plan::range_values>{{}});
  auto done = prove_or_sample(load_plan("lapse: 1\nsteps:\n  - { create: a, ttl: 1h..2h }\n"), {});
  CHECK(done.proof->complete);
  CHECK(done.value_sets >= 2);
  CHECK(done.sampled.runs == 1000);
}
