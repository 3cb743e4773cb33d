#pragma once

#include "sim/document/file_position.hpp"

#include <cstddef>
#include <string>

namespace lapse::document {

/// One fault of a scenario file: what is wrong, what was expected, how to mend it.
struct load_error {
  /// The file as the user gave it, or `--set KEY=VALUE` where that is to blame.
  std::string file;
  /// 0:0 for an override.
  file_position at;
  std::string text;
};

/// `file:line:column: text`, or `file: text` without a position.
[[nodiscard]] std::string to_string(const load_error& error);

/// Bounds of one file; what goes over them is an error, never a crash (times and memory stay
/// bounded on any input).
inline constexpr std::size_t scenario_bytes_max = 16u << 20;
inline constexpr std::size_t scenario_depth_max = 64;
inline constexpr std::size_t scenario_values_max = 2'000'000;
inline constexpr std::size_t scenario_alias_values_max = 200'000;
/// Errors shown of one file; a last line counts the rest.
inline constexpr std::size_t load_errors_max = 50;

} // namespace lapse::document
