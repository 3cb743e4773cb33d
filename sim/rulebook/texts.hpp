#pragma once

#include <span>
#include <string_view>

/// The Markdown files of this folder, as they were when the program was built.
namespace lapse::rulebook::texts {

/// README.md, which explains how the rules are written.
extern const std::string_view introduction;

/// The others, by name: `01-tokens.md` is the first.
extern const std::span<const std::string_view> chapters;

} // namespace lapse::rulebook::texts
