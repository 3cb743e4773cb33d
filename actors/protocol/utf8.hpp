#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lapse {

/// What stands for bytes that are no UTF-8.
inline constexpr int replacement_rune = 0xfffd;

struct rune {
  int value = replacement_rune;
  std::size_t size = 1;
};

/// The character that a text, which is not empty, begins with. Bytes that are no UTF-8 come out
/// one by one as a replacement.
[[nodiscard]] rune decode_utf8(std::string_view text) noexcept;

/// Whether a character can be printed, as Go's `unicode.IsPrint` has it: of white space only the
/// space can.
[[nodiscard]] bool is_printable(int rune) noexcept;

/// Whether all characters of a text can.
[[nodiscard]] bool is_printable(std::string_view text) noexcept;

/// What of a text fits into so many bytes without cutting a character.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept;

/// Surrogates and values beyond Unicode become replacements.
void append_utf8(std::string& out, std::uint32_t value);

} // namespace lapse
