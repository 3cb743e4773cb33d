#include "actors/protocol/quote.hpp"

#include "actors/protocol/utf8.hpp"

#include <cstdint>

namespace lapse {

namespace {

void append_hex(std::string& out, std::string_view prefix, std::uint32_t value, int digits) {
  out += prefix;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    out += "0123456789abcdef"[(value >> shift) & 15];
}

// Length of the well-formed UTF-8 sequence at the front of `text`, 0 if there is none.
std::size_t sequence_length(std::string_view text) noexcept {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto first = byte(0);
  std::size_t n = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (n == 0 || text.size() < n)
    return 0;
  for (std::size_t i = 1; i < n; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  // Overlong forms, surrogates, and what lies beyond the last code point.
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return n;
}

void append_ascii(std::string& out, char ch) {
  constexpr std::string_view named = "\a\b\t\n\v\f\r";
  if (ch == '"' || ch == '\\')
    (out += '\\') += ch;
  else if (auto at = named.find(ch); at != std::string_view::npos)
    (out += '\\') += "abtnvfr"[at];
  else if (ch < ' ' || ch == 0x7f)
    append_hex(out, "\\x", static_cast<unsigned char>(ch), 2);
  else
    out += ch;
}

} // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    auto first = static_cast<unsigned char>(text.front());
    std::size_t n = 1;
    if (first < 0x80) {
      append_ascii(out, text.front());
    } else if (n = sequence_length(text); n == 0) {
      append_hex(out, "\\x", first, 2);
      n = 1;
    } else if (const auto rune = decode_utf8(text).value; !is_printable(rune)) {
      const bool wide = rune > 0xffff;
      append_hex(out, wide ? "\\U" : "\\u", static_cast<std::uint32_t>(rune), wide ? 8 : 4);
    } else {
      out += text.substr(0, n);
    }
    text.remove_prefix(n);
  }
  return out += '"';
}

std::size_t well_formed_prefix(std::string_view text) noexcept {
  std::size_t n = 0;
  while (n < text.size()) {
    auto ascii = static_cast<unsigned char>(text[n]) < 0x80;
    auto length = ascii ? 1 : sequence_length(text.substr(n));
    if (length == 0)
      break;
    n += length;
  }
  return n;
}

} // namespace lapse
