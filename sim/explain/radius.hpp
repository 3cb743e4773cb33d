#pragma once

#include "sim/explain/explanation.hpp"
#include "sim/explain/what_if.hpp"

namespace lapse::explain {

/// Fills in `radius`: the thing is revoked in one world and left alone in another; what died in the
/// first alone is what the revocation takes along.
void explain_radius(const plan::plan& what, std::optional<std::uint64_t> seed,
                    const run_moment& when, explanation& into);

} // namespace lapse::explain
