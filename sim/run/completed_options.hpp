#pragma once

#include "sim/engine/replay_strategy.hpp"
#include "sim/run/runner.hpp"

#include <optional>

namespace lapse::run {

/// The options, completed by what a plan that repeats a run brings along.
struct completed_options : run_options {
  completed_options(const plan::plan& what, const run_options& given) : run_options(given) {
    if (chooser != nullptr || !what.decisions)
      return;
    replay.emplace(*what.decisions);
    chooser = &*replay;
    interleave = true;
    if (!seed)
      seed = what.seed;
    if (decisions == nullptr)
      decisions = &made;
  }
  completed_options(const completed_options&) = delete;
  completed_options& operator=(const completed_options&) = delete;

  std::optional<engine::replay_strategy> replay;
  engine::decision_list made;
};

} // namespace lapse::run
