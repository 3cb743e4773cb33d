#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lapse::cause {

/// `1,234,567`.
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "3 tokens", "1 token".
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view noun);

/// "1 rule or property", "2 rules or properties".
[[nodiscard]] std::string rules_or_properties(std::uint64_t count);

} // namespace lapse::cause
