#pragma once

#include <string_view>

namespace lapse::html::page_files {

// The files of this folder that make the page, built in by CMake.

extern const std::string_view page;    ///< page.mustache
extern const std::string_view words;   ///< words.mustache
extern const std::string_view who;     ///< who.mustache
extern const std::string_view refusal; ///< refusal.mustache
extern const std::string_view symbols; ///< symbols.svg
extern const std::string_view style;   ///< style.css
extern const std::string_view script;  ///< page.js

} // namespace lapse::html::page_files
