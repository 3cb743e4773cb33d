#pragma once

#include <span>
#include <string_view>

namespace lapse {

/// How many domain rules and edge cases tests/conformance/rules.txt numbers.
inline constexpr int numbered_rules = 377;

/// A domain rule, or an edge case (`E-42`), that lapse does not model, or not in all its parts.
struct coverage_note {
  std::string_view id;
  std::string_view subject;
  std::string_view reason;
};

/// What is not modelled at all, by number. No test names these.
[[nodiscard]] std::span<const coverage_note> unmodelled_rules();

/// What is modelled but for the subject given, by number. Tests name these.
[[nodiscard]] std::span<const coverage_note> partly_modelled_rules();

} // namespace lapse
