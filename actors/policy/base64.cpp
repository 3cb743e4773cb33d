#include "actors/policy/base64.hpp"

#include <cstdint>

namespace lapse::policy {

std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t pads = 0;
  for (auto ch : text) {
    if (ch == '\n' || ch == '\r')
      continue;
    auto value = alphabet.find(ch);
    // Nothing but padding may follow padding.
    if (ch == '=' ? ++pads > 2 : value == std::string_view::npos || pads > 0)
      return std::nullopt;
    bits = bits << 6 | (ch == '=' ? 0 : static_cast<std::uint32_t>(value));
    if (++digits % 4 != 0)
      continue;
    for (auto shift : {16, 8, 0})
      out += static_cast<char>(bits >> shift & 0xff);
    bits = 0;
  }
  if (digits % 4 != 0)
    return std::nullopt;
  out.resize(out.size() - pads);
  return out;
}

} // namespace lapse::policy
