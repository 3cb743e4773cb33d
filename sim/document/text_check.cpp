#include "sim/document/text_check.hpp"

#include "actors/protocol/utf8.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lapse::document {

namespace {

// Length of the UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto first = byte(0);
  if (first < 0x80)
    return 1;
  std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return length;
}

// YAML's printable characters: no C1 controls but NEL, and not the two that are none.
bool is_yaml_character(std::string_view sequence) {
  auto rune = decode_utf8(sequence).value;
  return rune == 0x85 || (rune > 0x9f && rune != 0xfffe && rune != 0xffff);
}

} // namespace

bool is_text(std::string_view text, diagnostics& faults) {
  int line = 1;
  for (std::size_t i = 0; i < text.size();) {
    auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      faults.report({1, 1}, fmt::format("not a text: byte 0x{:02x} on line {}; a scenario is YAML "
                                        "in UTF-8",
                                        c, line));
      return false;
    }
    auto length = utf8_length(text.substr(i));
    if (length == 0) {
      faults.report({1, 1}, fmt::format("not UTF-8: byte 0x{:02x} on line {}; save the file as "
                                        "UTF-8",
                                        c, line));
      return false;
    }
    if (length > 1 && !is_yaml_character(text.substr(i, length))) {
      faults.report({1, 1}, fmt::format("not a text: {} on line {}, which YAML has only as an "
                                        "escape in double quotes",
                                        in_quotes(text.substr(i, length)), line));
      return false;
    }
    line += c == '\n' ? 1 : 0;
    i += length;
  }
  return true;
}

bool is_text(std::string_view text) {
  const std::vector<std::string> no_overrides;
  diagnostics unheard{{}, no_overrides};
  return is_text(text, unheard);
}

bool brackets_bounded(std::string_view text, diagnostics& faults) {
  constexpr std::size_t unclosed_max = 1000;
  constexpr std::size_t flow_max = scenario_values_max;
  std::size_t depth = 0;
  std::size_t flow = 0;
  file_position now{1, 1};
  file_position too_deep{1, 1};
  for (auto c : text) {
    if (c == '[' || c == '{') {
      if (++depth == scenario_depth_max + 1)
        too_deep = now;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
    flow += c == '[' || c == '{' || c == ',' ? 1 : 0;
    if (depth > unclosed_max) {
      faults.report(too_deep,
                    fmt::format("nested more than {} deep; no part of a scenario is: look "
                                "for a bracket that is not closed",
                                scenario_depth_max));
      return false;
    }
    if (flow > flow_max) {
      faults.report(now, fmt::format("more than {} brackets and commas; use `repeat`, or several "
                                     "files",
                                     flow_max));
      return false;
    }
    now = c == '\n' ? file_position{now.line + 1, 1} : file_position{now.line, now.column + 1};
  }
  return true;
}

bool quote_closed(std::string_view text, std::size_t at) {
  // Properties of the value come first.
  while (at < text.size() && (text[at] == '&' || text[at] == '!'))
    at =
        std::min(text.find_first_not_of(" \t\r\n", text.find_first_of(" \t\r\n", at)), text.size());
  if (at >= text.size() || (text[at] != '"' && text[at] != '\''))
    return true;
  for (auto quote = text[at++]; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"')
      ++at;
    else if (text[at] == quote && quote == '\'' && text.substr(at + 1, 1) == "'")
      ++at;
    else if (text[at] == quote)
      return true;
  }
  return false;
}

bool is_blank(std::string_view text) {
  if (text.substr(0, 3) == "\xef\xbb\xbf")
    text.remove_prefix(3);
  bool comment = false;
  for (auto c : text) {
    if (c == '\n')
      comment = false;
    else if (c == '#')
      comment = true;
    else if (!comment && c != ' ' && c != '\t' && c != '\r')
      return false;
  }
  return true;
}

} // namespace lapse::document
