// Exhaustive exploration of races whose every order cannot be enumerated: no sample finds what it
// has missed, and counts never change.

#include "sim/explore/exhaustive.hpp"
#include "sim/explore/source_dpor.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"
#include "tests/unit/explore/end_state.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::explore;
using namespace lapse::lives;
using namespace lapse::run;

namespace {

struct exploration {
  std::set<std::uint64_t> states;
  std::uint64_t traces = 0;
  std::uint64_t blocked = 0;
  bool complete = false;
};

exploration explored(const lapse::plan::plan& what, std::uint64_t runs_max) {
  exploration result;
  source_dpor tree;
  while (tree.begin()) {
    if (result.traces + result.blocked == runs_max)
      return result;
    auto state = state_after(what, tree);
    CHECK(tree.strays() == 0);
    if (tree.blocked()) {
      ++result.blocked;
      continue;
    }
    ++result.traces;
    result.states.insert(state);
  }
  result.complete = true;
  return result;
}

// A tree of three tokens with leases, and what some clients do to it at once.
std::string race(const std::vector<std::string>& clients) {
  std::string text = R"(lapse: 1
policies:
  p: |
    path "aws/creds/*"  { capabilities = ["read"] }
    path "auth/token/*" { capabilities = ["update", "read"] }
    path "sys/leases/*" { capabilities = ["update", "sudo"] }
secrets:
  aws/:
    type: aws
    roles: { deploy: { default_ttl: 30m, max_ttl: 2h } }
steps:
  - { create: a, ttl: 1h, policies: [p] }
  - { create: b, as: a, ttl: 1h, policies: [p] }
  - { create: c, as: a, ttl: 4h, policies: [p], num_uses: 2 }
  - { read: aws/creds/deploy, as: b, save: k }
  - { read: aws/creds/deploy, as: c, save: m }
  - together:
)";
  for (const auto& client : clients)
    text += "      - " + client + "\n";
  return text + "until: 5h\n";
}

const std::vector<std::string> pool{
    "{ revoke: a }",
    "{ revoke: b }",
    "{ create: late, as: b, policies: [p] }",
    "{ lookup: c, self: true }",
    "{ renew: b, self: true }",
    "{ read: aws/creds/deploy, as: b, save: late_key }",
    "{ revoke_lease: k, sync: true }",
    "{ revoke_lease: m, sync: false }",
    "{ renew_lease: k, as: b }",
    "{ revoke_prefix: aws/creds }",
    "{ revoke_orphan: a }",
    "{ write_policy: p, policy: 'path \"aws/*\" { capabilities = [\"read\"] }' }",
    "{ backend_down: aws }",
    "{ disable: aws }",
    "{ tidy: leases }",
    "{ lookup: b }",
};

} // namespace

TEST_CASE("no random run of a race ends in a state that the complete exploration has not seen") {
  // Deterministic draws of two or three clients out of the pool.
  std::uint64_t drawn = 1;
  int compared = 0;
  for (int round = 0; round < 24; ++round) {
    std::vector<std::string> clients;
    std::set<std::uint64_t> taken;
    while (clients.size() < (round % 2 == 0 ? 2U : 3U)) {
      drawn = mix(drawn);
      if (taken.insert(drawn % pool.size()).second)
        clients.push_back(pool[drawn % pool.size()]);
    }
    CAPTURE(clients);
    auto what = load_plan(race(clients));
    auto whole = explored(what, 700);
    if (!whole.complete)
      continue;
    ++compared;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      auto chooser = make_strategy(sampling::random, seed, 0);
      CAPTURE(seed);
      CHECK(whole.states.count(state_after(what, *chooser)) == 1);
    }
  }
  CHECK(compared >= 13);
}

TEST_CASE("counts of the exhaustive search are stable, on any number of cores and over shards") {
  auto what = load_plan(race(
      {"{ revoke: a }", "{ create: late, as: b, policies: [p] }", "{ lookup: c, self: true }"}));
  search_options options;
  options.runs = 100'000;
  auto one = explore_all(what, options);
  CHECK(one.complete);
  CHECK(!one.failed);
  options.jobs = 3;
  auto several = explore_all(what, options);
  CHECK(several.traces == one.traces);
  CHECK(several.other_runs == one.other_runs);
  options.shards = 3;
  std::uint64_t traces = 0;
  std::uint64_t others = 0;
  for (options.shard = 0; options.shard < 3; ++options.shard) {
    auto part = explore_all(what, options);
    CHECK(part.complete);
    traces += part.traces;
    others += part.other_runs;
  }
  CHECK(traces == one.traces);
  CHECK(others == one.other_runs);
}

TEST_CASE("an exhaustive search that meets its budget says that it is not complete") {
  auto what = load_plan(race(
      {"{ revoke: a }", "{ create: late, as: b, policies: [p] }", "{ lookup: c, self: true }"}));
  search_options options;
  options.runs = 3;
  auto cut = explore_all(what, options);
  CHECK(!cut.complete);
  CHECK(cut.traces + cut.other_runs == 3);
}
