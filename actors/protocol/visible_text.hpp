#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lapse {

/// `text` as it may stand on a terminal or in the log of a CI job, whoever wrote it: control
/// characters, line breaks, invisible direction marks and invalid UTF-8 become `\n`, `\x1b`,
/// `\u202e`, and what a CI runner would take for a command (`##vso[…]`) is parted by a space. At
/// most `bytes_max` bytes are looked at; what is cut is marked with `…`.
[[nodiscard]] std::string visible_text(std::string_view text,
                                       std::size_t bytes_max = std::string_view::npos);

/// The same for a text that begins a line, where `::error::` is a command too.
[[nodiscard]] std::string visible_line(std::string_view text,
                                       std::size_t bytes_max = std::string_view::npos);

} // namespace lapse
