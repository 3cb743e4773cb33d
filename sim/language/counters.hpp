#pragma once

#include "sim/plan/values.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lapse::language {

/// Names of the counters of the enclosing repeats, outermost first.
using counter_names = std::vector<std::string>;

/// A text with `{i}` for each of `counters` taken out; an inner counter hides an outer one of its
/// name. Other braces are plain text.
[[nodiscard]] plan::counted_text to_counted(std::string_view text, const counter_names& counters);
[[nodiscard]] plan::counted_text plain_text(std::string text);
/// Whether `{name}` of one of the counters stands in it.
[[nodiscard]] bool has_counter(std::string_view text, const counter_names& counters);
/// The text of the first round: every counter is 1.
[[nodiscard]] std::string first_round(const plan::counted_text& text);

} // namespace lapse::language
