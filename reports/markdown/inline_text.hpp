#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lapse::markdown {

/// `text` as a code span of GitHub's Markdown, whatever it holds: in a code span there are no
/// mentions, links, markup or references, and the fence is longer than any run of backquotes
/// inside. Control characters are made visible; at most `bytes_max` bytes are looked at.
[[nodiscard]] std::string code_span(std::string_view text, std::size_t bytes_max = 120);

/// The same for a cell of a table, where a bar must be escaped even in code.
[[nodiscard]] std::string code_cell(std::string_view text, std::size_t bytes_max = 120);

/// A clause for a cell: plain words as they are, each name between backquotes and each word that
/// Markdown might take for markup, a link or a mention as a `code_cell`.
[[nodiscard]] std::string clause_cell(std::string_view clause);

/// `text` as a block of its own, one line after the other.
[[nodiscard]] std::string code_block(std::string_view text, std::string_view language,
                                     std::size_t bytes_max);

} // namespace lapse::markdown
