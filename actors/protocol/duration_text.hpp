#pragma once

#include "actors/protocol/time.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace lapse {

/// Reads a duration as the server takes it (R-1306, R-1710): "" is zero, digits are seconds, digits
/// and `d` are days, anything else is a sequence of number-unit pairs (`1h30m`, `1.5h`, `.5s`,
/// `+5s`) with the units ns, us, µs, ms, s, m, h. Negative values are read; the caller
/// decides whether to refuse them. The error is the server's text.
///
/// It lives with the plain types because both pure rooms read durations and neither may include
/// the other; `actors/ttl/duration.hpp` is where everybody else finds it.
[[nodiscard]] tl::expected<duration, std::string> parse_duration(std::string_view text);

} // namespace lapse
