#pragma once

#include <string_view>

namespace lapse {

// Bugs that we plant ourselves to see whether the search finds them (tests/planted). Each is a line
// `if (planted("name"))` at the place where it could have slipped in. Only sources may ask, never
// headers: those that do are compiled a second time for the test programs, with LAPSE_PLANTED, and
// the two ways must not meet in one inline function.

#ifdef LAPSE_PLANTED

inline namespace with_planted_bugs {

/// Whether this bug is the one that is switched on. Defined by the test programs.
[[nodiscard]] bool planted(std::string_view bug) noexcept;

} // namespace with_planted_bugs

#else

inline namespace without_planted_bugs {

/// Nothing is planted in what users get: what hangs on it compiles to nothing.
[[nodiscard]] constexpr bool planted(std::string_view) noexcept { return false; }

} // namespace without_planted_bugs

#endif

} // namespace lapse
