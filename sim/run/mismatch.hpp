#pragma once

#include "sim/document/file_position.hpp"

#include <string>

namespace lapse::run {

/// One `expect` that did not hold.
struct mismatch {
  document::file_position where;
  /// A key of the answer, a handle or a count.
  std::string subject;
  std::string expected;
  std::string seen;
  /// What brought that about, as a clause; empty: not known.
  std::string why = {};
  /// Not the first of its check.
  bool again = false;
  /// As of `expectation_failed`.
  std::string cause = {};
};

} // namespace lapse::run
