#pragma once

#include "sim/document/load_error.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::document {

/// Collects the faults of one file, each position and text once.
class diagnostics {
public:
  diagnostics(std::string_view file, const std::vector<std::string>& overrides)
    : file_(file), overrides_(overrides) {}

  /// A position on line 0 blames override number `column`.
  void report(file_position at, std::string text);

  [[nodiscard]] bool empty() const noexcept { return errors_.empty(); }

  /// In order of position, bounded, with a last line that counts the rest.
  [[nodiscard]] std::vector<load_error> sorted() const;

private:
  std::string file_;
  const std::vector<std::string>& overrides_;
  std::set<std::pair<std::pair<int, int>, std::string>> seen_;
  std::vector<load_error> errors_;
  std::size_t dropped_ = 0;
};

} // namespace lapse::document
