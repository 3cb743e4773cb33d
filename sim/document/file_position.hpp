#pragma once

namespace lapse::document {

/// A place in the scenario file, both counted from 1; 0:0 for what no line says.
struct file_position {
  int line = 0;
  int column = 0;
  friend bool operator==(const file_position&, const file_position&) = default;
};

} // namespace lapse::document
