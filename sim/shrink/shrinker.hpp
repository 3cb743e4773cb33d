#pragma once

#include "sim/engine/decisions.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace lapse::shrink {

/// A failing case: a scenario's text, and the choices of the run that failed.
struct shrink_case {
  std::string text;
  engine::decision_list decisions;
};

/// Whether a candidate still fails in the same way: the case with the choices of the run that did,
/// none if no run tried did or the text does not load. One call is one try.
using shrink_oracle = std::function<std::optional<shrink_case>(const shrink_case&)>;

struct shrink_options {
  std::size_t tries = 500;
  /// A limit of real time; with one, results may differ between machines. None: no limit.
  std::optional<std::chrono::steady_clock::time_point> deadline;
  /// Set from outside to stop with the best so far. May be null. Not owned.
  const std::atomic<bool>* interrupted = nullptr;
  /// Called after every try with tries used and steps of the best case so far. May be empty.
  std::function<void(std::size_t, std::size_t)> progress;
};

struct shrink_result {
  shrink_case best;
  std::size_t tries = 0;
  /// Steps of the first and of the best case, as `count_steps` counts.
  std::size_t steps_before = 0;
  std::size_t steps_after = 0;
  /// Nothing smaller was found by any pass; false: the budget ended first.
  bool finished = false;
};

/// Makes a failing case smaller: fewer steps (stable handles: a step goes with those that need what
/// it binds), fewer set-ups and parameters, a flatter tree, simpler times, fewer choices. Never
/// returns a case its oracle did not confirm. The same case, oracle and tries give the same result.
[[nodiscard]] shrink_result shrink(const shrink_case& failing, const shrink_oracle& oracle,
                                   const shrink_options& options);

/// Steps of a scenario text; `together` and `repeat` count as what is in them. 0 if it is none.
[[nodiscard]] std::size_t count_steps(const std::string& text);

} // namespace lapse::shrink
