#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lapse::policy {

/// What stands for bytes that are no UTF-8.
inline constexpr int replacement = 0xfffd;

struct rune {
  int value = replacement;
  std::size_t size = 1;
};

/// The character that a text, which is not empty, begins with. Bytes that are no UTF-8 come out
/// one by one as a replacement.
[[nodiscard]] rune decode_utf8(std::string_view text) noexcept;

/// Surrogates and values beyond Unicode become replacements.
void append_utf8(std::string& out, std::uint32_t value);

} // namespace lapse::policy
