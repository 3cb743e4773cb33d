#include "sim/shrink/shrinker.hpp"

#include "sim/document/read_document.hpp"
#include "sim/shrink/measure.hpp"
#include "sim/shrink/passes.hpp"

#include <utility>

// Large gains first: steps in chunks, then what hangs on the steps that are left. Rounds go on
// until one finds nothing; from the second on every part is tried by itself, so that at the end no
// single part can go.

namespace lapse::shrink {

namespace {

void run_round(candidate_search& state, bool thorough) {
  shrink_steps(state, thorough);
  shrink_structures(state);
  shrink_expectations(state, thorough);
  shrink_parameters(state, thorough);
  shrink_setup(state, thorough);
  shrink_behaviors(state);
  shrink_times(state, thorough);
  shrink_amounts(state);
  shrink_decisions(state, thorough);
}

void run_rounds(candidate_search& state) {
  for (auto thorough = false; !state.stopped(); thorough = true) {
    auto size = state.best_size();
    run_round(state, thorough);
    if (state.best_size() < size || !thorough)
      continue;
    shrink_step_pairs(state);
    if (!(state.best_size() < size))
      return;
  }
}

// A large case may fail in several ways that count as the same, and the order in which steps were
// removed decides which one remains. So shrinking starts again in other orders, as long as they
// lead to something smaller.
void try_other_orders(candidate_search& state, const confirmed_case& start) {
  constexpr std::uint64_t orders = 4;
  for (std::uint64_t order = 0; order < orders && !state.stopped(); ++order) {
    auto best = state.here();
    if (best.size.steps < 2)
      return;
    state.go_to(start);
    shrink_steps_in_order(state, order);
    shrink_structures(state);
    if (state.best_size().steps < best.size.steps)
      run_rounds(state);
    else
      state.go_to(std::move(best));
  }
}

shrink_result result_of(const candidate_search& state, std::size_t steps_before, bool finished) {
  return {state.best_case(), state.tries(), steps_before, state.best_size().steps, finished};
}

} // namespace

shrink_result shrink(const shrink_case& failing, const shrink_oracle& oracle,
                     const shrink_options& options) {
  auto document = document::read_document(failing.text);
  if (!document)
    return {failing, 0, 0, 0, true};
  candidate_search state{*document, failing, oracle, options};
  auto before = state.best_size().steps;
  auto plain = *document;
  plain.erase("about");
  if (!state.rewrite(std::move(plain)) && !state.rewrite(std::move(*document)))
    return result_of(state, before, !state.stopped());
  shrink_ranges(state);
  shrink_decisions(state, false);
  auto start = state.here();
  run_rounds(state);
  try_other_orders(state, start);
  return result_of(state, before, !state.stopped());
}

std::size_t count_steps(const std::string& text) {
  auto document = document::read_document(text);
  const auto* steps = document ? document->find("steps") : nullptr;
  return steps == nullptr ? 0 : steps_in(*steps);
}

} // namespace lapse::shrink
