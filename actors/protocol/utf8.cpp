#include "actors/protocol/utf8.hpp"

#include "actors/protocol/quote.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lapse {

namespace {

/// Characters beyond ASCII that take room without showing anything, in order.
constexpr std::pair<int, int> unprintable[] = {
    {0x80, 0xa0},     {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},   {0x6dd, 0x6dd},
    {0x70f, 0x70f},   {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f}, {0x2028, 0x202f},
    {0x205f, 0x206f}, {0x3000, 0x3000},   {0xd800, 0xf8ff},   {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
    {0xfffe, 0xffff}, {0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff}};

} // namespace

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
    value = replacement_rune;
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

bool is_printable(int rune) noexcept {
  if (rune < 0x80)
    return rune >= ' ' && rune != 0x7f;
  return std::none_of(std::begin(unprintable), std::end(unprintable), [&](const auto& range) {
    return range.first <= rune && rune <= range.second;
  });
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept {
  if (text.size() <= bytes_max)
    return text;
  auto end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return text.substr(0, end);
}

bool is_printable(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto next = decode_utf8(text);
    if (!is_printable(next.value))
      return false;
    text.remove_prefix(next.size);
  }
  return true;
}

} // namespace lapse
