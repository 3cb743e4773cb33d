#include "sim/run/runner.hpp"

#include "sim/run/live_run.hpp"

#include <utility>

namespace lapse::run {

run_outcome run_plan(const plan::plan& what, const run_options& options) {
  live_run run(what, options);
  if (!run.start())
    return std::move(run.outcome());
  if (auto last = run.play())
    run.end(*last);
  run.outcome().decisions_hash = run.world().decisions_hash();
  run.outcome().deliveries = run.world().deliveries();
  run.outcome().overflowed = run.world().overflowed();
  return std::move(run.outcome());
}

} // namespace lapse::run
