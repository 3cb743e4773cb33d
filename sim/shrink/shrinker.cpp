#include "sim/shrink/shrinker.hpp"

#include "sim/shrink/measure.hpp"
#include "sim/shrink/passes.hpp"

// Large gains first: steps in chunks, then what hangs on the steps that are left. Rounds go on until
// one finds nothing; from the second on every part is tried by itself, so that at the end no single
// part can go.

namespace lapse {

namespace {

void run_round(search& state, bool thorough) {
  shrink_steps(state, thorough);
  shrink_structures(state);
  shrink_expectations(state, thorough);
  shrink_parameters(state, thorough);
  shrink_setup(state, thorough);
  shrink_times(state, thorough);
  shrink_amounts(state);
  shrink_decisions(state, thorough);
}

shrink_result result_of(const search& state, std::size_t steps_before, bool finished) {
  return {state.best_case(), state.tries(), steps_before, state.best_size().steps, finished};
}

} // namespace

shrink_result shrink(const shrink_case& failing, const shrink_oracle& oracle,
                     const shrink_options& options) {
  auto document = read_document(failing.text);
  if (!document)
    return {failing, 0, 0, 0, true};
  search state{*document, failing, oracle, options};
  auto before = state.best_size().steps;
  auto plain = *document;
  plain.erase("about");
  if (!state.rewrite(std::move(plain)) && !state.rewrite(std::move(*document)))
    return result_of(state, before, !state.stopped());
  shrink_ranges(state);
  shrink_decisions(state, false);
  for (auto thorough = false; !state.stopped(); thorough = true) {
    auto size = state.best_size();
    run_round(state, thorough);
    if (state.best_size() < size || !thorough)
      continue;
    shrink_step_pairs(state);
    if (!(state.best_size() < size))
      break;
  }
  return result_of(state, before, !state.stopped());
}

std::size_t count_steps(const std::string& text) {
  auto document = read_document(text);
  const auto* steps = document ? document->find("steps") : nullptr;
  return steps == nullptr ? 0 : steps_in(*steps);
}

} // namespace lapse
