#include "actors/protocol/visible_text.hpp"

#include "actors/protocol/utf8.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace lapse {

namespace {

struct rune_span {
  int first;
  int last;
};

/// Control characters, line and paragraph separators, marks that turn the direction of what follows
/// them on the line, and the two that no XML document may hold.
bool disturbs(int rune) {
  static constexpr rune_span spans[] = {{0, 0x1f},          {0x7f, 0x9f},     {0xad, 0xad},
                                        {0x61c, 0x61c},     {0x200b, 0x200f}, {0x2028, 0x202e},
                                        {0x2060, 0x206f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
                                        {0xe0000, 0xe007f}, {0xfffe, 0xffff}};
  return std::any_of(std::begin(spans), std::end(spans),
                     [rune](const rune_span& s) { return rune >= s.first && rune <= s.last; });
}

void append_escaped(std::string& out, int value) {
  char buffer[16];
  if (value == '\n')
    out += "\\n";
  else if (value == '\t')
    out += "\\t";
  else if (value == '\r')
    out += "\\r";
  else {
    std::snprintf(buffer, sizeof buffer, value <= 0xff ? "\\x%02x" : "\\u%04x",
                  static_cast<unsigned>(value));
    out += buffer;
  }
}

/// CI runners read `##vso[…]` and `##[…]` as commands wherever they stand on a line.
bool begins_command(std::string_view text) {
  return text.starts_with("##[") || text.starts_with("##vso[");
}

} // namespace

std::string visible_text(std::string_view text, std::size_t bytes_max) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    auto rest = text.substr(at);
    auto c = decode_utf8(rest);
    if (c.size > bytes_max || at > bytes_max - c.size)
      return out.append("…");
    // A replacement of one byte stands for a byte that is no UTF-8.
    if (c.value == replacement_rune && c.size == 1)
      append_escaped(out, static_cast<unsigned char>(rest.front()));
    else if (disturbs(c.value))
      append_escaped(out, c.value);
    else if (begins_command(rest))
      out += "# ";
    else
      out += rest.substr(0, c.size);
    at += c.size;
  }
  return out;
}

std::string visible_line(std::string_view text, std::size_t bytes_max) {
  auto out = visible_text(text, bytes_max);
  auto first = std::min(out.find_first_not_of(' '), out.size());
  if (out.compare(first, 2, "::") == 0)
    out.insert(first + 1, " ");
  return out;
}

} // namespace lapse
