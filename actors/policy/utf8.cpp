#include "actors/policy/utf8.hpp"

#include "actors/protocol/quote.hpp"

namespace lapse::policy {

rune decode_utf8(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80)
    return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc0 || text.size() < size || well_formed_prefix(text.substr(0, size)) != size)
    return {};
  int value = lead & (0x7f >> size);
  for (auto byte : text.substr(1, size - 1))
    value = value << 6 | (byte & 0x3f);
  return {value, size};
}

void append_utf8(std::string& out, std::uint32_t value) {
  // Surrogates and values beyond Unicode would make text that is not UTF-8.
  if ((value >= 0xd800 && value < 0xe000) || value > 0x10ffff)
    value = 0xfffd;
  auto continuation = [&](int shift) {
    out += static_cast<char>(0x80 | ((value >> shift) & 0x3f));
  };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xc0 | (value >> 6));
    continuation(0);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xe0 | (value >> 12));
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xf0 | (value >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

} // namespace lapse::policy
