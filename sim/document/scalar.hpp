#pragma once

#include "actors/protocol/time.hpp"
#include "sim/document/node.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace lapse::document {

// Plain values of a scenario: what a scalar's text means. None where it does not mean that; the
// shape check has said so by then, so compilers just leave such a value out.

[[nodiscard]] std::optional<std::int64_t> to_integer(std::string_view text);
[[nodiscard]] std::optional<bool> to_flag(const document_node& node);
/// Not of an empty text.
[[nodiscard]] std::optional<duration> to_duration(std::string_view text);
/// RFC 3339 to Unix seconds, of the years 1970 to 9700; parts of a second are refused.
[[nodiscard]] std::optional<std::int64_t> to_unix_seconds(std::string_view text);

/// The two texts around `..`; none if there is no `..` in the middle.
[[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>>
split_range(std::string_view text);

/// A scalar as JSON: plain `true`, `false`, numbers and null are what they say, all else is text.
[[nodiscard]] nlohmann::json scalar_json(const document_node& node);

} // namespace lapse::document
