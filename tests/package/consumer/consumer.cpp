// How a test of another project uses lapse: it runs a scenario and reads what happens, generates
// random estates, searches the histories of a story, and shrinks the one that fails.

#include "sim/explore/counterexample.hpp"
#include "sim/explore/estate_generator.hpp"
#include "sim/explore/search.hpp"
#include "sim/language/loader.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/run/runner.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

namespace {

int faults = 0;

void check(bool holds, const char* what) {
  if (!holds) {
    std::printf("does not hold: %s\n", what);
    ++faults;
  }
}

lapse::plan::plan load(const std::string& text) {
  auto loaded = lapse::language::load_scenario(text, "story.yaml", {});
  if (!loaded) {
    std::puts(to_string(loaded.error().front()).c_str());
    std::exit(1);
  }
  return *std::move(loaded);
}

class deaths final : public lapse::lives::event_reader {
public:
  void on_event(const lapse::event& e, const lapse::lives::ledger&) override {
    if (const auto* ended = std::get_if<lapse::token_ended>(&e.body)) {
      by_ancestor += ended->cause == lapse::end_cause::ancestor ? 1 : 0;
      last = e.at;
    }
  }

  int by_ancestor = 0;
  lapse::instant last{0};
};

void a_child_dies_with_its_parent() {
  deaths seen;
  lapse::run::run_options options;
  options.readers.push_back(&seen);
  auto outcome = lapse::run::run_plan(load(R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - { create: job, as: app, ttl: 4h }
  - { at: 2h, expect: { app: expired, job: revoked } }
)"),
                                      options);
  check(outcome.held(), "what the scenario expects");
  check(seen.by_ancestor == 1, "one token is taken along by its ancestor");
  check(seen.last == lapse::duration{std::chrono::hours{1}},
        "it dies after one hour, not after four");
}

void random_estates_keep_the_rules() {
  lapse::explore::search_options options;
  options.runs = 20;
  auto found = lapse::explore::search_generated(lapse::explore::generated_scenario, options);
  check(!found.failed, "20 random estates keep all built-in rules");
  check(found.runs == 20, "all 20 ran");
}

// The renewal is refused where the revocation comes first, which file order does not show.
constexpr auto race = R"(lapse: 1
policies:
  p: path "auth/token/renew-self" { capabilities = ["update"] }
steps:
  - { create: app, ttl: 1h, policies: [p] }
  - { create: bystander, ttl: 2h }
  - together:
      - { renew: app, self: true }
      - { revoke: app }
never:
  - { status: 403 }
)";

void a_race_is_found_and_shrunk() {
  const auto story = load(race);
  check(lapse::run::run_plan(story, {}).held(), "file order shows nothing");
  lapse::explore::search_options options;
  options.runs = 200;
  auto found = lapse::explore::search(story, options);
  check(found.failed.has_value(), "the search finds the order that fails");
  if (!found.failed)
    return;
  lapse::explore::counterexample_source source;
  source.text = race;
  source.file = "story.yaml";
  source.run = *found.failed;
  const auto small = lapse::explore::make_counterexample(source, {});
  check(small.has_value(), "the failure repeats");
  if (!small)
    return;
  check(small->steps_after < small->steps_before, "the counterexample is smaller");
  check(!lapse::run::run_plan(load(small->text), {}).held(), "its text fails by itself");
}

} // namespace

int main() {
  a_child_dies_with_its_parent();
  random_estates_keep_the_rules();
  a_race_is_found_and_shrunk();
  check(!lapse::rules::built_in_rules().empty(), "there are built-in rules");
  return faults == 0 ? 0 : 1;
}
