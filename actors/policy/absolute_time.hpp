#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lapse::policy {

/// Reads a point in time of a policy: RFC 3339 (`2020-01-01T00:00:00Z`, fractions dropped, offsets
/// honoured) or whole Unix seconds. None if it is neither.
[[nodiscard]] std::optional<std::int64_t> parse_absolute_time(std::string_view text) noexcept;

} // namespace lapse::policy
