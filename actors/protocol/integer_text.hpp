#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace lapse {

/// Why a text is no integer.
enum class integer_fault : std::uint8_t { syntax, range };

/// `invalid syntax`, `value out of range`.
[[nodiscard]] std::string_view to_string(integer_fault why) noexcept;

/// Reads a text as Go's `ParseInt` reads it: one sign at most, then digits.
/// @param base 10, or 0: what the prefix says (`0x`, `0o`, `0b`, `0`), and digits may be parted by
/// single underscores.
[[nodiscard]] tl::expected<std::int64_t, integer_fault> parse_integer(std::string_view text,
                                                                      unsigned base = 10) noexcept;

/// The same without a sign, in base 10.
[[nodiscard]] tl::expected<std::uint64_t, integer_fault>
parse_unsigned(std::string_view text) noexcept;

/// `strconv.ParseInt: parsing "x": invalid syntax`, as the server shows it.
/// @param function `ParseInt` or `ParseUint`.
[[nodiscard]] std::string integer_error(std::string_view function, std::string_view text,
                                        integer_fault why);

} // namespace lapse
