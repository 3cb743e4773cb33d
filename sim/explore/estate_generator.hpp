#pragma once

#include <cstdint>
#include <string>

namespace lapse::explore {

/// The text of a scenario file (FORMAT.md) with a random estate and a random timeline of 10 to 60
/// steps, faults included. It always loads without an error and expects nothing: the built-in rules
/// judge it. The same seed gives the same bytes on every machine.
///
/// Swarm testing: each seed first draws which features of the language it uses at all, so that some
/// runs have many of a kind and nothing that stands in their way. Times come from a small set of
/// round values, so that deadlines meet. Handles are stable names (`t1`, `l1`), never positions:
/// taking a step out renames nothing.
///
/// Example:
///
///     #include "sim/language/loader.hpp"
///     const auto text = explore::generated_scenario(7);
///     assert(text == explore::generated_scenario(7));
///     assert(language::load_scenario(text, "estate.yaml", {}).has_value());
[[nodiscard]] std::string generated_scenario(std::uint64_t seed);

} // namespace lapse::explore
