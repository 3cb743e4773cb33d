#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

/// A built-in lifecycle rule: a monitor that is on in every run.
struct rule_info {
  /// Stable: `L01`.
  std::string_view id;
  /// What must hold, in one sentence.
  std::string_view sentence;
  /// Numbers of the domain rules it comes from.
  std::string_view sources;
};

/// All built-in rules by id.
[[nodiscard]] std::span<const rule_info> built_in_rules();

/// Their ids, for `rules: { L01: off }`.
[[nodiscard]] std::vector<std::string> rule_ids();

} // namespace lapse
