#include "reports/markdown/inline_text.hpp"

#include "actors/protocol/ascii.hpp"
#include "reports/cause/cause.hpp"
#include "reports/text/cell.hpp"

#include <algorithm>

namespace lapse::markdown {

namespace {

/// Backquotes that `text` holds in a row, at most.
std::size_t longest_run(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (auto c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_alphanumeric(char c) noexcept { return is_letter(c) || is_digit(c); }

/// Whether a word means the same in Markdown and outside.
bool is_plain(std::string_view word) {
  constexpr std::string_view plain = ".,;:()'\"/-=+%";
  return word.find("://") == word.npos && word.find("www.") == word.npos &&
         !word.starts_with("-") && !word.starts_with("+") && !word.starts_with("=") &&
         std::all_of(word.begin(), word.end(), [&](const char& c) {
           // Within a word an underscore is one.
           if (c == '_')
             return &c != word.begin() && &c + 1 != word.end() && is_alphanumeric(*(&c - 1)) &&
                    is_alphanumeric(*(&c + 1));
           return is_alphanumeric(c) || plain.find(c) != plain.npos;
         });
}

std::string plain_words(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (const auto word = text.substr(0, end); !word.empty())
      result += is_plain(word) ? std::string{word} : code_cell(word);
    result += end < text.size() ? " " : "";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

} // namespace

std::string code_span(std::string_view text, std::size_t bytes_max) {
  auto inside = text_report::escaped(text, bytes_max);
  // A code span cannot be empty, and one of spaces only would not be seen.
  if (inside.find_first_not_of(' ') == std::string::npos)
    return "(empty)";
  const std::string fence(longest_run(inside) + 1, '`');
  // One space at both ends is taken off again; without it a backquote there would join the fence.
  const auto padded = inside.front() == '`' || inside.back() == '`' || inside.front() == ' ' ||
                      inside.back() == ' ';
  const std::string_view pad = padded ? " " : "";
  return fence + std::string{pad} + inside + std::string{pad} + fence;
}

std::string code_cell(std::string_view text, std::size_t bytes_max) {
  std::string result;
  for (auto c : code_span(text, bytes_max)) {
    if (c == '|')
      result += '\\';
    result += c;
  }
  return result;
}

std::string clause_cell(std::string_view clause) {
  std::string result;
  cause::for_each_part(clause, [&](std::string_view part, bool is_name) {
    result += is_name ? code_cell(part) : plain_words(part);
  });
  return result;
}

std::string code_block(std::string_view text, std::string_view language, std::size_t bytes_max) {
  auto inside = text_report::escaped(text, bytes_max);
  const std::string fence(std::max<std::size_t>(3, longest_run(inside) + 1), '`');
  return fence + std::string{language} + '\n' + inside + '\n' + fence + '\n';
}

} // namespace lapse::markdown
