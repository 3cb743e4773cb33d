#include "sim/language/policy_place.hpp"

namespace lapse::language {

namespace {

std::string_view source_line(std::string_view source, int line) {
  for (; line > 1; --line) {
    auto end = source.find('\n');
    if (end == std::string_view::npos)
      return {};
    source.remove_prefix(end + 1);
  }
  return source.substr(0, source.find('\n'));
}

} // namespace

document::file_position policy_place(std::string_view source, const document::document_node& text,
                                     int line, int column) {
  if (line < 1 || text.at.line < 1)
    return text.at;
  auto first = source_line(source, text.at.line);
  auto mark = static_cast<std::size_t>(text.at.column - 1);
  if (mark >= first.size())
    return text.at;
  if (first[mark] == '|') {
    auto at = text.at.line + line;
    auto here = source_line(source, at);
    auto content = source_line(text.text, line);
    auto indent = here.find(content);
    if (content.empty() || indent == std::string_view::npos)
      return {at, 1};
    return {at, static_cast<int>(indent) + column};
  }
  auto quote = first[mark] == '\'' || first[mark] == '"' ? 1u : 0u;
  if (line == 1 && first.substr(mark + quote, text.text.size()) == text.text)
    return {text.at.line, text.at.column + static_cast<int>(quote) + column - 1};
  return text.at;
}

} // namespace lapse::language
