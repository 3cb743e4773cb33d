#pragma once

#include "sim/run/runner.hpp"

#include <string>
#include <vector>

namespace lapse::explore {

/// Something that must hold and did not.
struct failure {
  /// `L07` of a built-in rule; `always`, `never` or `eventually` of a property; `expect` of a step;
  /// `error` where the set-up was refused.
  std::string id;
  std::string sentence;
  /// What was seen, in words.
  std::string evidence;
  /// In the scenario; 0 for built-in rules.
  int line = 0;
  instant at{0};

  friend bool operator==(const failure&, const failure&) = default;

  /// The same rule, property or expectation is broken, anywhere in the text and at any time.
  [[nodiscard]] bool same_kind(const failure& other) const {
    return id == other.id && sentence == other.sentence;
  }
};

/// One run of a search.
struct trial {
  run::run_outcome outcome;
  /// In the order they were found. A `sometimes` that this run did not reach is none.
  std::vector<failure> failures;
  /// Lines of the `sometimes` that this run did not reach.
  std::vector<int> unreached;
};

/// Runs `what` once and collects what did not hold.
[[nodiscard]] trial run_trial(const plan::plan& what, run::run_options options);

} // namespace lapse::explore
