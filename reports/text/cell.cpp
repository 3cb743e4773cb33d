#include "reports/text/cell.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <vector>

namespace lapse::text_report {

namespace {

constexpr std::string_view ellipsis = "…";

/// A code point and how many bytes it took; `valid` is false for a byte that is no UTF-8.
struct code_point {
  char32_t value;
  std::size_t bytes;
  bool valid;
};

code_point read(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80)
    return {lead, 1, true};
  std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length)
    return {lead, 1, false};
  char32_t value = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80)
      return {lead, 1, false};
    value = (value << 6) | (next & 0x3fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return {lead, 1, false};
  return {value, length, true};
}

struct span_of {
  char32_t first;
  char32_t last;
};

template <std::size_t Count>
bool among(const span_of (&spans)[Count], char32_t c) {
  return std::any_of(std::begin(spans), std::end(spans),
                     [c](const span_of& s) { return c >= s.first && c <= s.last; });
}

/// Control characters, line and paragraph separators, marks that turn the direction of what follows
/// them on the line, and the two that no XML document may hold.
bool unprintable(char32_t c) {
  static constexpr span_of spans[] = {{0, 0x1f},          {0x7f, 0x9f},     {0xad, 0xad},
                                      {0x61c, 0x61c},     {0x200b, 0x200f}, {0x2028, 0x202e},
                                      {0x2060, 0x206f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
                                      {0xe0000, 0xe007f}, {0xfffe, 0xffff}};
  return among(spans, c);
}

std::size_t columns(char32_t c) {
  static constexpr span_of combining[] = {
      {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
      {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
  static constexpr span_of wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
                                     {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
                                     {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                                     {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                                     {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
  if (c < 0x300)
    return 1;
  return among(combining, c) ? 0 : among(wide, c) ? 2 : 1;
}

void escape(std::string& out, code_point c) {
  char buffer[16];
  if (c.valid && c.value == '\n')
    out += "\\n";
  else if (c.valid && c.value == '\t')
    out += "\\t";
  else if (c.valid && c.value == '\r')
    out += "\\r";
  else if (c.value <= 0xff) {
    std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(c.value));
    out += buffer;
  } else {
    std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c.value));
    out += buffer;
  }
}

} // namespace

std::string escaped(std::string_view text, std::size_t bytes_max) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    auto c = read(text.substr(at));
    if (at + c.bytes > bytes_max)
      return out.append(ellipsis);
    if (!c.valid || unprintable(c.value))
      escape(out, c);
    else
      out.append(text.substr(at, c.bytes));
    at += c.bytes;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    auto c = read(text);
    width += columns(c.value);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width)
    return std::string{text};
  if (width < 3)
    return std::string{ellipsis};
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.size(); at += read(text.substr(at)).bytes)
    starts.push_back(at);
  auto head_width = (width - 1) / 2;
  auto tail_width = width - 1 - head_width;
  std::size_t head = 0;
  for (std::size_t used = 0, i = 0; i < starts.size(); ++i) {
    used += columns(read(text.substr(starts[i])).value);
    if (used > head_width)
      break;
    head = i + 1 < starts.size() ? starts[i + 1] : text.size();
  }
  auto tail = text.size();
  for (std::size_t used = 0, i = starts.size(); i-- > 0;) {
    used += columns(read(text.substr(starts[i])).value);
    if (used > tail_width)
      break;
    tail = starts[i];
  }
  return std::string{text.substr(0, head)}.append(ellipsis).append(text.substr(tail));
}

std::string left(std::string_view text, std::size_t width) {
  auto out = shortened(text, width);
  auto used = display_width(out);
  return used < width ? out.append(width - used, ' ') : out;
}

std::string right(std::string_view text, std::size_t width) {
  auto used = display_width(text);
  return used < width ? std::string(width - used, ' ').append(text) : std::string{text};
}

} // namespace lapse::text_report
