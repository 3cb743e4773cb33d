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
};

} // namespace lapse::run
