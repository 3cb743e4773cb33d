#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/engine/decisions.hpp"
#include "sim/plan/plan.hpp"
#include "sim/plan/range_draw.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lapse::engine {
class simulation;
}

namespace lapse::run {

class handle_table;

/// Looks at the world between the steps of a run, and may end the run there and then ask on its
/// own.
class run_pause {
public:
  virtual ~run_pause() = default;
  /// All work without delay is done. `next` is when the run goes on: now if a step has just been
  /// done, later if time is about to pass, `never` if nothing is to come. False ends the run here,
  /// without verdicts.
  virtual bool go_on(engine::simulation& world, const handle_table& handles, instant next) = 0;
};

struct run_options {
  /// Draws ranges and jitter; none: lower ends of ranges, and the file's own seed.
  std::optional<std::uint64_t> seed;
  /// Values of the ranges; empty: `seed` draws them.
  plan::range_values range_values;
  /// Absolute time to run on to instead of the plan's; steps after it are not issued.
  std::optional<instant> until;
  /// Issues the steps of a `together` before any of them is delivered, so that they meet inside the
  /// world: what a search explores. Otherwise each is done before the next, which is file order.
  bool interleave = false;
  /// The run is cut off where somebody stopped: what it has not come to is not judged, but listed
  /// as warnings.
  bool open_ended = false;
  /// As `strict: true` in the file: what nobody spoke of is a failure.
  bool strict = false;
  /// Verdicts on what came before this run and counts with it: told at its end.
  std::vector<rule_broken> earlier;
  /// Which channel delivers next once the set-up is done; null: the file's `decisions`, else first
  /// in, first out. Not owned.
  engine::strategy* chooser = nullptr;
  /// Gets every choice that had an alternative. Not owned.
  engine::decision_list* decisions = nullptr;
  /// Called between steps; null: nobody is. Not owned.
  run_pause* pause = nullptr;
  /// Get the whole stream, from `run_started` to `run_ended`, in this order. Not owned.
  std::vector<lives::event_reader*> readers;
};

/// A set-up request that the server refused: an error of the file.
struct setup_error {
  document::file_position where;
  std::string text;
};

struct run_outcome {
  /// If there are any, the run did not start and made no events.
  std::vector<setup_error> setup_errors;
  std::uint64_t requests = 0;
  /// `expect`s that were compared.
  std::uint64_t expectations = 0;
  std::uint64_t failed = 0;
  /// Built-in rules and properties that did not hold.
  std::uint64_t rules_broken = 0;
  /// Hash over all deliveries: equal for runs that made the same choices.
  std::uint64_t decisions_hash = 0;
  std::uint64_t deliveries = 0;
  /// More messages were in flight at some time than a strategy chooses among.
  bool overflowed = false;

  [[nodiscard]] bool held() const noexcept {
    return setup_errors.empty() && failed == 0 && rules_broken == 0;
  }
};

/// Runs a plan in a fresh world. A plan with `decisions` repeats them, its ranges drawn from its
/// own seed, unless the options say otherwise; where they do not fit any more it warns and goes on.
/// Runs share no state, and the same plan and options give the same events.
///
/// Example:
///
///     #include "sim/language/loader.hpp"
///     auto story = language::load_scenario(R"(lapse: 1
///     steps:
///       - { create: app, ttl: 1h }
///       - { create: job, as: app, ttl: 4h }
///       - { at: 2h, expect: { app: expired, job: revoked } }
///     )", "story.yaml", {});
///     auto outcome = run::run_plan(*story, {});
///     assert(outcome.held() && outcome.expectations == 2);
[[nodiscard]] run_outcome run_plan(const plan::plan& what, const run_options& options);

} // namespace lapse::run
