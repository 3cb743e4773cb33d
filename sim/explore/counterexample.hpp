#pragma once

#include "sim/document/node.hpp"
#include "sim/explore/search.hpp"
#include "sim/language/loader.hpp"
#include "sim/plan/range_draw.hpp"
#include "sim/shrink/shrinker.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lapse::explore {

/// A failing run as a scenario file that repeats it.
struct counterexample {
  /// The scenario; running it shows `failures`. It has a seed and `decisions` if it needs them.
  std::string text;
  /// What does not hold in it; the first is what was looked for.
  std::vector<failure> failures;
  std::size_t tries = 0;
  std::size_t steps_before = 0;
  std::size_t steps_after = 0;
  /// Choices that differ from first in, first out.
  std::size_t deviations = 0;
  /// No order of messages is needed: file order fails, and the text has no `decisions`.
  bool plain = false;
  /// The scenario as it was given fails so in a plain run.
  bool fails_as_given = false;
  /// Steps and failure of a smaller case that breaks the same for another cause, if one was met.
  std::size_t other_steps = 0;
  std::optional<failure> other;
  /// No part can be left out; false: the budget ended first.
  bool finished = false;
};

/// What to make a counterexample of.
struct counterexample_source {
  /// The scenario's text, and what it was loaded with.
  std::string text;
  std::string file;
  language::load_options loading;
  failing_run run;
};

/// Turns a failing run into a scenario file and shrinks it. None if not even the first file repeats
/// the failure, which would be a fault of lapse.
[[nodiscard]] std::optional<counterexample>
make_counterexample(const counterexample_source& source, const shrink::shrink_options& options);

/// Puts drawn values in place of the ranges, but for those inside of a `repeat`, where each round
/// draws for itself. `what` is what the scenario compiles to.
void fill_ranges(document::document_node& scenario, const plan::plan& what,
                 const plan::range_draw& draws);

} // namespace lapse::explore
