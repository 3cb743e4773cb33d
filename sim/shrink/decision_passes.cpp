#include "sim/shrink/passes.hpp"

#include <algorithm>

namespace lapse::shrink {

namespace {

// Keeps the first choices and leaves the rest to the order of arrival.
void cut_end(candidate_search& state) {
  for (auto keep = state.best_case().decisions.size() / 2; !state.stopped();) {
    const auto& now = state.best_case().decisions;
    if (keep == 0 || keep >= now.size())
      return;
    if (state.attempt(
            engine::decision_list(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(keep))))
      keep = std::min(keep, state.best_case().decisions.size()) / 2;
    else
      keep += std::max<std::size_t>((now.size() - keep) / 2, 1);
  }
}

// Leaves choices out that were not the oldest message, in chunks of `chunk` from the end.
void drop_chunks(candidate_search& state, std::size_t chunk) {
  for (auto end = state.best_size().deviations; end > 0 && !state.stopped();) {
    auto begin = end > chunk ? end - chunk : 0;
    engine::decision_list candidate;
    std::size_t deviation = 0;
    for (const auto& one : state.best_case().decisions) {
      auto place = one.index != 0 ? deviation++ : state.best_size().deviations;
      if (place < begin || place >= end)
        candidate.push_back(one);
    }
    state.attempt(std::move(candidate));
    end = std::min(begin, state.best_size().deviations);
  }
}

} // namespace

void shrink_decisions(candidate_search& state, bool thorough) {
  if (state.best_case().decisions.empty() || state.attempt(engine::decision_list{}))
    return;
  if (state.best_size().deviations == 0)
    return;
  if (!thorough)
    cut_end(state);
  auto chunk = thorough ? 1 : std::max<std::size_t>(state.best_size().deviations / 2, 1);
  for (; chunk > 0 && !state.stopped(); chunk /= 2)
    drop_chunks(state, chunk);
}

} // namespace lapse::shrink
