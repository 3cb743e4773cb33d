#pragma once

#include "sim/shrink/candidate_search.hpp"

namespace lapse::shrink {

// The ways in which a case is made smaller. Each goes on from the best case so far and leaves the
// best it found. `thorough`: part by part, after the chunks of an earlier round.

/// Steps, with what needs them; or with askers replaced by their makers or by root.
void shrink_steps(candidate_search& state, bool thorough);

/// The same with chunks that are drawn: `order` 0 is the file's order from its beginning, any other
/// a random one. Where several small cases are in a large one, it may end at another.
void shrink_steps_in_order(candidate_search& state, std::uint64_t order);

/// Pairs of steps that go only together, such as `seal` and `unseal`.
void shrink_step_pairs(candidate_search& state);

/// `repeat` and `together` replaced by what is in them.
void shrink_structures(candidate_search& state);

/// Expectations and properties.
void shrink_expectations(candidate_search& state, bool thorough);

/// Parameters of steps.
void shrink_parameters(candidate_search& state, bool thorough);

/// What the server is set up with.
void shrink_setup(candidate_search& state, bool thorough);

/// Clients renew in simpler ways, the simplest being never.
void shrink_behaviors(candidate_search& state);

/// Ranges become one of their ends.
void shrink_ranges(candidate_search& state);

/// Times of steps: the same instant as the step before.
void shrink_times(candidate_search& state, bool thorough);

/// Durations and counts become small and round.
void shrink_amounts(candidate_search& state);

/// No choices, else as few as possible.
void shrink_decisions(candidate_search& state, bool thorough);

} // namespace lapse::shrink
