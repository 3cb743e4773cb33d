#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lapse::rulebook {

/// Markdown as a terminal shows it: without emphasis, with the cells of a table in columns. Text in
/// backquotes and blocks of code stay as they are.
/// @param width columns that lines are wrapped at; 0: paragraphs, items and rows stay one line
/// each.
///              Blocks of code are never wrapped
/// @return lines with their ends; empty for empty text
[[nodiscard]] std::string plain_text(std::string_view markdown, std::size_t width);

/// One line of Markdown, wrapped; all lines but the first begin with `indent` spaces.
[[nodiscard]] std::string plain_line(std::string_view markdown, std::size_t width,
                                     std::size_t indent);

} // namespace lapse::rulebook
