#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::rules {

struct built_in_rule;

/// A built-in lifecycle rule: a monitor that is on in every run.
struct rule_info {
  /// Stable: `L01`.
  std::string_view id;
  /// What must hold, in one sentence.
  std::string_view sentence;
  /// Numbers of the domain rules it comes from.
  std::string_view sources;
  /// Where the server itself does not keep it, and the rule is silent; empty if nowhere.
  std::string_view exceptions;
};

/// All built-in rules by id.
///
/// Example:
///
///     const auto& first = rules::built_in_rules().front();
///     assert(first.id == "L01" && !first.sentence.empty());
[[nodiscard]] std::span<const rule_info> built_in_rules();

/// The same with what makes their monitors.
[[nodiscard]] std::span<const built_in_rule* const> all_rules();

/// Their ids, for `rules: { L01: off }`.
[[nodiscard]] std::vector<std::string> rule_ids();

} // namespace lapse::rules
