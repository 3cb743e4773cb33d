#include "actors/protocol/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace lapse {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0);
    for (std::size_t i = 0; i < 4; ++i)
      out += i <= bytes.size() ? alphabet[bits >> (18 - 6 * i) & 0x3f] : '=';
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
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

} // namespace lapse
