// The sampled search: strategies, the same result whatever the number of cores, shards that add up.

#include "sim/explore/search.hpp"

#include "sim/document/read_document.hpp"
#include "sim/document/write_document.hpp"
#include "sim/explore/counterexample.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"

#include <set>
#include <string>

using namespace lapse;
using namespace lapse::document;
using namespace lapse::explore;
using namespace lapse::lives;
using namespace lapse::plan;
using namespace lapse::run;
using namespace lapse::runtime;

namespace {

// The renewal is refused only where the revocation comes first.
const std::string tie = R"(lapse: 1
policies:
  p: path "auth/token/renew-self" { capabilities = ["update"] }
steps:
  - { create: a, ttl: 1h, policies: [p] }
  - { create: noise, ttl: 2h }
  - together:
      - { renew: a, self: true }
      - { revoke: a }
  - { lookup: noise }
never:
  - { status: 403 }
)";

// Lives between one and two hours: always for 40 minutes, sometimes less than 65.
const std::string range = R"(lapse: 1
steps:
  - { create: a, ttl: 60m..120m }
always:
  - { alive: a, from: 0s, to: 40m }
sometimes:
  - { expired: a }
until: 65m
)";

search_options runs(std::uint64_t count) {
  search_options result;
  result.runs = count;
  return result;
}

void check_same(const search_outcome& a, const search_outcome& b) {
  CHECK(a.runs == b.runs);
  CHECK(a.histories == b.histories);
  CHECK(a.reached == b.reached);
  REQUIRE(a.failed.has_value() == b.failed.has_value());
  if (a.failed) {
    CHECK(a.failed->number == b.failed->number);
    CHECK(a.failed->decisions == b.failed->decisions);
    CHECK(a.failed->failures == b.failed->failures);
  }
}

} // namespace

TEST_CASE("each strategy finds the one order of two clients that breaks a property, and run 0 is "
          "file order") {
  auto what = load_plan(tie);
  for (auto kind : {sampling::random, sampling::pct, sampling::pos, sampling::delay}) {
    auto options = runs(200);
    options.strategy = kind;
    auto found = search(what, options);
    CAPTURE(to_string(kind));
    REQUIRE(found.failed);
    CHECK(found.failed->number > 0);
    CHECK(found.failed->failures.front().id == "never");
    CHECK(!found.failed->decisions.empty());
  }
}

TEST_CASE("a search gives the same result on one core and on several") {
  for (const auto& text : {tie, std::string{R"(lapse: 1
steps:
  - { create: a, ttl: 1h..3h }
  - together: [ { lookup: a }, { renew: a }, { revoke: a } ]
)"}}) {
    auto what = load_plan(text);
    auto options = runs(300);
    options.seed = 7;
    auto one = search(what, options);
    options.jobs = 4;
    check_same(one, search(what, options));
  }
}

TEST_CASE("shards of a search add up to the search without shards") {
  auto what = load_plan(R"(lapse: 1
steps:
  - { create: a, ttl: 1h..3h }
  - together: [ { lookup: a }, { renew: a }, { revoke: a } ]
)");
  auto whole = search(what, runs(100));
  std::uint64_t made = 0;
  std::map<std::uint64_t, std::uint64_t> histories;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    auto options = runs(100);
    options.shards = 3;
    options.shard = shard;
    auto part = search(what, options);
    made += part.runs;
    for (auto [history, run] : part.histories) {
      auto& first = histories.emplace(history, run).first->second;
      first = std::min(first, run);
    }
  }
  CHECK(made == 100);
  CHECK(histories == whole.histories);
  CHECK(whole.histories.size() > 3);
}

TEST_CASE("a scenario without a choice is run once") {
  auto found = search(load_plan("lapse: 1\nsteps:\n  - { create: a, ttl: 1h }\n"), runs(1000));
  CHECK(found.single_history);
  CHECK(found.runs == 1);
}

TEST_CASE("a search draws from ranges, and a `sometimes` needs one run of many") {
  auto what = load_plan(range);
  REQUIRE(what.range_places.size() >= 1);
  auto found = search(what, runs(60));
  CHECK(!found.failed);
  CHECK(found.reached.size() == 1);
  // Most draws live longer than the run.
  CHECK(found.histories.size() > 10);
}

TEST_CASE("runs with the same choices do not differ") {
  auto options = runs(50);
  options.verify_determinism = true;
  auto found = search(load_plan(tie), options);
  CHECK(found.nondeterminism.empty());
}

TEST_CASE("drawn values stand where the ranges stood, but for those in repeats") {
  auto text = std::string{R"(lapse: 1
steps:
  - { create: a, ttl: 1h..3h }
  - repeat: { times: 2, steps: [ { create: "b{i}", ttl: 1h..2h } ] }
  - { lookup: a, after: 5s..50s }
)"};
  auto what = load_plan(text);
  auto scenario = read_document(text);
  REQUIRE(scenario);
  fill_ranges(*scenario, what, range_draw{3});
  auto drawn = write_document(*scenario);
  CHECK(drawn.find("1h..3h") == std::string::npos);
  CHECK(drawn.find("5s..50s") == std::string::npos);
  CHECK(drawn.find("1h..2h") != std::string::npos);
  auto again = load_plan(drawn);
  CHECK(again.ranges == 1);
}

TEST_CASE("a counterexample is small, replays to its failure, and is the same each time") {
  auto what = load_plan(tie);
  auto found = search(what, runs(200));
  REQUIRE(found.failed);
  counterexample_source source;
  source.text = tie;
  source.file = "test";
  source.run = *found.failed;
  auto small = make_counterexample(source, {});
  REQUIRE(small);
  CHECK(small->steps_before == 5);
  CHECK(small->steps_after <= 3);
  auto replayed = load_plan(small->text);
  REQUIRE(replayed.decisions);
  auto failures = run_trial(replayed, {}).failures;
  REQUIRE(!failures.empty());
  CHECK(failures.front().same_kind(found.failed->failures.front()));
  auto again = make_counterexample(source, {});
  REQUIRE(again);
  CHECK(again->text == small->text);
}

TEST_CASE("a counterexample that needs the seed of its draws holds it") {
  auto text = std::string{R"(lapse: 1
server: { revocation_jitter: true }
policies:
  p: path "auth/token/*" { capabilities = ["update"] }
steps:
  - repeat: { times: 2, steps: [ { create: "c{i}", ttl: 30m..40m } ] }
  - { create: app, ttl: 1h, policies: [p] }
  - together: [ { create: j1, as: app, ttl: 4h }, { revoke: app } ]
never:
  - { status: 403 }
)"};
  auto found = search(load_plan(text), runs(200));
  REQUIRE(found.failed);
  counterexample_source source;
  source.text = text;
  source.file = "test";
  source.run = *found.failed;
  auto small = make_counterexample(source, {});
  REQUIRE(small);
  CHECK(!run_trial(load_plan(small->text), {}).failures.empty());
}

TEST_CASE("a decision log that does not fit is followed as far as possible, with a warning") {
  class warnings final : public event_reader {
  public:
    void on_event(const event& e, const ledger&) override {
      if (const auto* w = std::get_if<warning_raised>(&e.body))
        texts += w->text + "\n";
    }
    std::string texts;
  };
  auto text = tie + "decisions: |\n  lapse-decisions 1\n  0 1 of 2 1 2 serve 3\n";
  warnings told;
  run_options how;
  how.readers.push_back(&told);
  (void)run_plan(load_plan(text), how);
  CHECK(told.texts.find("decision log fits this scenario only in part") != std::string::npos);
}
