#include "sim/document/scalar.hpp"
#include "sim/language/verbs.hpp"
#include "sim/shrink/handle_links.hpp"
#include "sim/shrink/passes.hpp"
#include "sim/shrink/step_removal.hpp"

#include <algorithm>
#include <utility>

namespace lapse::shrink {

namespace {

std::vector<document::node_id> ids_of(const std::vector<step_link>& steps) {
  std::vector<document::node_id> result;
  for (const auto& step : steps)
    result.push_back(step.id);
  return result;
}

// Takes one from the uses of the token; false if they are not counted or it has but one.
bool spend(document::document_node& list, const std::string& token) {
  for (auto& step : list.children) {
    if (auto* inner = language::inner_steps(step); inner != nullptr && spend(*inner, token))
      return true;
    auto* uses = step.find("num_uses");
    auto count = document::to_integer(step.text_of("num_uses"));
    if (step.text_of("create") != token || !count || *count < 2)
      continue;
    uses->text = std::to_string(*count - 1);
    return true;
  }
  return false;
}

// Removes chunks of steps, except steps needed by one that is known to have to stay: that try would
// be wasted.
class step_reducer {
public:
  step_reducer(candidate_search& state, orphaned_step orphans) : state_(state), orphans_(orphans) {}

  void run(bool thorough) { run(ids_of(link_steps(state_.best())), thorough); }

  void run(const std::vector<document::node_id>& parts, bool thorough) {
    auto remove = [this](const std::vector<document::node_id>& chunk) {
      return try_without(chunk);
    };
    if (thorough || parts.size() < 4)
      reduce_singly(state_, parts, remove);
    else
      reduce(state_, parts, true, remove);
  }

private:
  bool try_without(const std::vector<document::node_id>& chunk) {
    auto steps = link_steps(state_.best());
    auto keep = support(steps, needed_, orphans_ == orphaned_step::goes);
    std::set<document::node_id> doomed;
    for (const auto& step : steps)
      if (keep.count(step.id) == 0 && std::find(chunk.begin(), chunk.end(), step.id) != chunk.end())
        doomed.insert(step.id);
    if (doomed.empty())
      return false;
    auto candidate = state_.best();
    remove_steps(candidate, doomed, orphans_);
    if (state_.attempt(std::move(candidate)))
      return true;
    if (chunk.size() > 1)
      return false;
    auto one = std::find_if(steps.begin(), steps.end(),
                            [&](const auto& step) { return step.id == chunk.front(); });
    if (try_without_use(*one))
      return true;
    needed_.insert(chunk.front());
    return false;
  }

  // A step that only used up its token goes if the token has one use less.
  bool try_without_use(const step_link& step) {
    auto user = step.asker.empty() && step.needs.size() == 1 ? step.needs.front() : step.asker;
    auto candidate = state_.best();
    auto* steps = candidate.find("steps");
    if (user.empty() || !spend(*steps, user))
      return false;
    remove_steps(candidate, {step.id}, orphans_);
    return state_.attempt(std::move(candidate));
  }

  candidate_search& state_;
  orphaned_step orphans_;
  std::set<document::node_id> needed_;
};

// Fisher-Yates shuffle with xorshift: the same on every machine.
void shuffle(std::vector<document::node_id>& parts, std::uint64_t seed) {
  auto state = seed * 0x9e3779b97f4a7c15;
  for (auto i = parts.size(); i > 1; --i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::swap(parts[i - 1], parts[state % i]);
  }
}

} // namespace

void shrink_steps_in_order(candidate_search& state, std::uint64_t order) {
  auto parts = ids_of(link_steps(state.best()));
  if (order == 0)
    std::reverse(parts.begin(), parts.end());
  else
    shuffle(parts, order);
  for (auto orphans : {orphaned_step::goes, orphaned_step::to_maker})
    step_reducer{state, orphans}.run(parts, false);
  shrink_steps(state, true);
}

void shrink_steps(candidate_search& state, bool thorough) {
  for (auto orphans : {orphaned_step::goes, orphaned_step::to_maker, orphaned_step::to_root})
    step_reducer{state, orphans}.run(thorough || orphans == orphaned_step::to_root);
}

void shrink_step_pairs(candidate_search& state) {
  // All pairs of this many steps are some hundred tries; with more steps, only neighbours.
  constexpr std::size_t all_pairs_max = 16;
  auto steps = ids_of(link_steps(state.best()));
  auto reach = steps.size() <= all_pairs_max ? steps.size() : 2;
  for (auto last = steps.size(); last-- > 1;)
    for (auto first = last; first-- > (last < reach ? 0 : last - reach + 1);) {
      if (state.stopped())
        return;
      auto candidate = state.best();
      remove_steps(candidate, {steps[first], steps[last]}, orphaned_step::to_maker);
      if (state.attempt(std::move(candidate)))
        break;
    }
}

} // namespace lapse::shrink
