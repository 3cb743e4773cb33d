#pragma once

#include "sim/document/load_error.hpp"
#include "sim/language/load_options.hpp"
#include "sim/solve/find_range.hpp"
#include "sim/solve/variation.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lapse::solve {

/// What does not hold with a value: the first verdict of the run, or why the scenario is refused.
struct breakage {
  /// What must hold, as `lapse run` says it; empty: the scenario is refused.
  std::string what;
  /// What was seen instead, or the error.
  std::string seen;
  /// What that comes from; empty: not known, or said in `seen`.
  std::string cause;
  int line = 0; ///< 0: of no line
  instant at{0};

  [[nodiscard]] bool refused() const noexcept { return what.empty(); }
};

/// A value with which the scenario does not hold.
struct broken_value {
  std::int64_t value = 0;
  breakage why;
};

struct solve_question {
  variation vary;
  wanted want = wanted::largest;
  /// As of `lapse run`; none: the file's own, and the lower ends of ranges.
  std::optional<std::uint64_t> seed;
  bool strict = false;
  /// Called before each value is tried with how many were. May be empty.
  std::function<void(std::size_t)> progress;
};

struct solution {
  /// The scenario's name.
  std::string scenario;
  range_search found;
  /// The nearest values on both sides of the range that holds; none: it reaches to that end. If no
  /// value holds, the two ends; `below` alone if they are one value.
  std::optional<broken_value> below;
  std::optional<broken_value> above;
};

/// With which values of `vary` the scenario holds, which is: `lapse run` would exit with 0. Runs it
/// once for each value tried. A value with which the file is refused does not hold; if both ends
/// are refused, that is the error.
///
/// @param text of the scenario; `file` names it in messages
/// @param loading its overrides come before that of `vary`
[[nodiscard]] tl::expected<solution, std::vector<document::load_error>>
solve(const std::string& text, const std::string& file, const language::load_options& loading,
      const solve_question& question);

} // namespace lapse::solve
