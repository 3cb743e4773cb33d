#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace lapse::rulebook {

/// The number of a rule of the server (`R-511`), of an edge case (`E-42`) or of a lifecycle rule
/// that watches every run (`L07`).
struct rule_number {
  /// `R`, `E` or `L`.
  char kind = 'R';
  int number = 0;

  friend auto operator<=>(const rule_number&, const rule_number&) = default;
};

/// Reads a number as a person types it: `R-511`, `r511`, `E-1`, `l7`. Nothing for other text, and
/// for numbers of more than four digits.
[[nodiscard]] std::optional<rule_number> parse_rule_number(std::string_view text);

/// As it is written everywhere: `R-511`, `E-01`, `L07`.
[[nodiscard]] std::string to_string(rule_number number);

} // namespace lapse::rulebook
