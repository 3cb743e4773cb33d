#include "reports/text/shell_quote.hpp"

#include "reports/text/cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace lapse::text_report {

std::string shell_quoted(const std::string& word) {
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,+@%").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain))
    return word;
  // What would move a terminal's cursor, or cannot be seen, is written as bytes.
  if (escaped(word, word.size() + 1) != word) {
    std::string result = "$'";
    for (unsigned char c : word) {
      if (c < 0x20 || c >= 0x7f || c == '\'' || c == '\\')
        result += fmt::format("\\x{:02x}", c);
      else
        result += static_cast<char>(c);
    }
    return result + "'";
  }
  std::string result = "'";
  for (auto c : word) {
    if (c == '\'')
      result += "'\\''";
    else
      result += c;
  }
  return result + "'";
}

} // namespace lapse::text_report
