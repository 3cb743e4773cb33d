#pragma once

#include "sim/explain/explanation.hpp"
#include "sim/explain/what_if.hpp"

namespace lapse::explain {

/// Fills in what bounds the life of `handle` at `when`: `as_it_stands`, `hard_end`, `chain`,
/// `maxima`, `raised` and `renewals`. The handle is bound and alive there.
void explain_bounds(const plan::plan& what, std::optional<std::uint64_t> seed,
                    const run_moment& when, explanation& into);

/// Rounds of renewals that are tried before an end counts as open.
inline constexpr int renewal_rounds_max = 5'000;
/// How many links of a chain are listed with their limits; of a longer one the middle is left out.
inline constexpr std::size_t chain_links_max = 24;

} // namespace lapse::explain
