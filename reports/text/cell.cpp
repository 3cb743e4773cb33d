#include "reports/text/cell.hpp"

#include "actors/protocol/utf8.hpp"
#include "actors/protocol/visible_text.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace lapse::text_report {

namespace {

constexpr std::string_view ellipsis = "…";

struct span_of {
  int first;
  int last;
};

template <std::size_t Count>
bool among(const span_of (&spans)[Count], int c) {
  return std::any_of(std::begin(spans), std::end(spans),
                     [c](const span_of& s) { return c >= s.first && c <= s.last; });
}

std::size_t columns(int c) {
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

} // namespace

std::string escaped(std::string_view text, std::size_t bytes_max) {
  return visible_text(text, bytes_max);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    auto c = decode_utf8(text);
    width += columns(c.value);
    text.remove_prefix(c.size);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width)
    return std::string{text};
  if (width < 3)
    return std::string{ellipsis};
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.size(); at += decode_utf8(text.substr(at)).size)
    starts.push_back(at);
  auto head_width = (width - 1) / 2;
  auto tail_width = width - 1 - head_width;
  std::size_t head = 0;
  for (std::size_t used = 0, i = 0; i < starts.size(); ++i) {
    used += columns(decode_utf8(text.substr(starts[i])).value);
    if (used > head_width)
      break;
    head = i + 1 < starts.size() ? starts[i + 1] : text.size();
  }
  auto tail = text.size();
  for (std::size_t used = 0, i = starts.size(); i-- > 0;) {
    used += columns(decode_utf8(text.substr(starts[i])).value);
    if (used > tail_width)
      break;
    tail = starts[i];
  }
  return std::string{text.substr(0, head)}.append(ellipsis).append(text.substr(tail));
}

std::string wrapped(std::string_view text, std::size_t column, std::size_t width) {
  std::string result;
  auto used = column;
  while (!text.empty()) {
    // Spaces before a word belong to it, so that what is set apart by several stays so.
    const auto start = std::min(text.find_first_not_of(' '), text.size());
    const auto end = std::min(text.find(' ', start), text.size());
    const auto wide = start + display_width(text.substr(start, end - start));
    if (used > column && used + wide > width) {
      (result += '\n').append(column, ' ') += text.substr(start, end - start);
      used = column + wide - start;
    } else {
      result += text.substr(0, end);
      used += wide;
    }
    text.remove_prefix(end);
  }
  return result;
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
