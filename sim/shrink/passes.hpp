#pragma once

#include "sim/shrink/search.hpp"

namespace lapse {

// The ways in which a case is made smaller. Each goes on from the best case so far and leaves the
// best it found. `thorough`: part by part, after the chunks of an earlier round.

/// Steps, with what needs them; or with askers replaced by their makers or by root.
void shrink_steps(search& state, bool thorough);

/// Pairs of steps that go only together, such as `seal` and `unseal`.
void shrink_step_pairs(search& state);

/// `repeat` and `together` replaced by what is in them.
void shrink_structures(search& state);

/// Expectations and properties.
void shrink_expectations(search& state, bool thorough);

/// Parameters of steps.
void shrink_parameters(search& state, bool thorough);

/// What the server is set up with.
void shrink_setup(search& state, bool thorough);

/// Ranges become one of their ends.
void shrink_ranges(search& state);

/// Times of steps: the same instant as the step before.
void shrink_times(search& state, bool thorough);

/// Durations and counts become small and round.
void shrink_amounts(search& state);

/// No choices, else as few as possible.
void shrink_decisions(search& state, bool thorough);

} // namespace lapse
