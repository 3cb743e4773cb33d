#pragma once

#include "sim/document/diagnostics.hpp"

#include <string_view>

namespace lapse::document {

// What is checked of a file before yaml-cpp sees its text. Errors of the file as a whole stand at
// 1:1 (FORMAT.md, Top level).

/// Whether it is UTF-8 without control characters; if not, that is reported.
[[nodiscard]] bool is_text(std::string_view text, diagnostics& faults);
[[nodiscard]] bool is_text(std::string_view text);

/// Whether its brackets nest as deep and are as many as a scenario's may, else that is reported.
/// yaml-cpp's scanner keeps every token of a flow collection before the parser sees the first, so
/// this has to be bounded before. Quotes are not regarded: a text with so many more brackets opened
/// than closed is no scenario either way.
[[nodiscard]] bool brackets_bounded(std::string_view text, diagnostics& faults);

/// Whether the quoted text of the value that begins at byte `at` ends before `text` does; true of a
/// value that is not quoted. yaml-cpp takes the end of a file for the missing quote.
[[nodiscard]] bool quote_closed(std::string_view text, std::size_t at);

/// Nothing but blanks and comments.
[[nodiscard]] bool is_blank(std::string_view text);

} // namespace lapse::document
