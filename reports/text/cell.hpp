#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lapse::text_report {

/// `text` so that no terminal is disturbed and no line broken: control characters, invisible
/// direction marks and invalid UTF-8 become `\n`, `\t`, `\x1b`, `\u202e`. At most `bytes_max` bytes
/// are looked at; what is cut is marked with `…`.
[[nodiscard]] std::string escaped(std::string_view text, std::size_t bytes_max = 400);

/// Columns that `text` takes on a terminal: wide characters two, combining ones none. `text` is
/// valid UTF-8, as `escaped` gives it.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` in at most `width` columns; what is too long loses its middle, so that names that differ
/// at their end stay apart.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// `shortened` and filled up with spaces to exactly `width` columns.
[[nodiscard]] std::string left(std::string_view text, std::size_t width);
/// Filled up on the left; a longer text stays whole.
[[nodiscard]] std::string right(std::string_view text, std::size_t width);

/// How wide a text report is.
inline constexpr std::size_t page_width = 80;

/// Text that begins at `column`, in lines of at most `width`; lines break at spaces alone, and all
/// but the first are indented to `column`. A word that is too long stays whole.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t column,
                                  std::size_t width = page_width);

} // namespace lapse::text_report
