#pragma once

#include "sim/scenario/plan.hpp"
#include "sim/scenario/yaml_tree.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse {

// Plain values of a scenario: what a scalar's text means. None where it does not mean that; the
// shape check has said so by then, so compilers just leave such a value out.

/// Names of the counters of the enclosing repeats, outermost first.
using counter_names = std::vector<std::string>;

[[nodiscard]] std::optional<std::int64_t> to_integer(std::string_view text);
[[nodiscard]] std::optional<bool> to_flag(const yaml_node& node);
/// Not of an empty text.
[[nodiscard]] std::optional<duration> to_duration(std::string_view text);
/// RFC 3339 to Unix seconds, of the years 1970 to 9700; parts of a second are refused.
[[nodiscard]] std::optional<std::int64_t> to_unix_seconds(std::string_view text);

/// The two texts around `..`; none if there is no `..` in the middle.
[[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>>
split_range(std::string_view text);

/// A text with `{i}` for each of `counters` taken out; an inner counter hides an outer one of its
/// name. Other braces are plain text.
[[nodiscard]] counted_text to_counted(std::string_view text, const counter_names& counters);
[[nodiscard]] counted_text plain_text(std::string text);
/// Whether `{name}` of one of the counters stands in it.
[[nodiscard]] bool has_counter(std::string_view text, const counter_names& counters);
/// The text of the first round: every counter is 1.
[[nodiscard]] std::string first_round(const counted_text& text);

/// Whether two names are the same but for the case of ASCII letters.
[[nodiscard]] bool equal_names(std::string_view a, std::string_view b) noexcept;

/// A scalar as JSON: plain `true`, `false`, numbers and null are what they say, all else is text.
[[nodiscard]] nlohmann::json scalar_json(const yaml_node& node);

} // namespace lapse
