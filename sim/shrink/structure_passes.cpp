#include "sim/document/scalar.hpp"
#include "sim/language/verbs.hpp"
#include "sim/shrink/passes.hpp"
#include "sim/shrink/step_removal.hpp"
#include "sim/shrink/time_span.hpp"

namespace lapse::shrink {

namespace {

void containers(const document::document_node& list, std::vector<document::node_id>& out) {
  for (const auto& step : list.children)
    if (const auto* inner = language::inner_steps(step)) {
      out.push_back(step.id);
      containers(*inner, out);
    }
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

// The counter's name stands for the round's number, but where a repeat inside has one of its own.
void count_as(document::document_node& node, const std::string& counter,
              const std::string& number) {
  if (node.key == "repeat" && language::counter_of(node) == counter)
    return;
  replace_all(node.text, '{' + counter + '}', number);
  replace_all(node.key, '{' + counter + '}', number);
  for (auto& child : node.children)
    count_as(child, counter, number);
}

document::document_node* find_step(document::document_node& list, document::node_id id) {
  for (auto& step : list.children) {
    if (step.id == id)
      return &step;
    if (auto* inner = language::inner_steps(step))
      if (auto* found = find_step(*inner, id))
        return found;
  }
  return nullptr;
}

// Puts the inner steps of container `id` in its place; false if it is not in `list`.
bool unfold(document::document_node& list, document::node_id id, const std::string& round,
            bool with_expect) {
  for (std::size_t i = 0; i < list.children.size(); ++i) {
    auto* inner = language::inner_steps(list.children[i]);
    if (inner == nullptr)
      continue;
    if (list.children[i].id != id) {
      if (unfold(*inner, id, round, with_expect))
        return true;
      continue;
    }
    auto container = std::move(list.children[i]);
    auto steps = std::move(language::inner_steps(container)->children);
    if (const auto* repeat = container.find("repeat"))
      for (auto& step : steps)
        count_as(step, language::counter_of(*repeat), round);
    auto time = due_time_of(container);
    if (auto first = steps.empty() ? std::nullopt : due_time_of(steps.front()); time && first)
      due(steps.front(), joined(*time, *first));
    if (auto* expect = container.find("expect"); expect != nullptr && with_expect) {
      document::document_node last;
      last.what = document::document_node::kind::map;
      last.id = container.id;
      last.children.push_back(std::move(*expect));
      steps.push_back(std::move(last));
    }
    list.children.erase(list.children.begin() + static_cast<std::ptrdiff_t>(i));
    list.children.insert(list.children.begin() + static_cast<std::ptrdiff_t>(i), steps.begin(),
                         steps.end());
    return true;
  }
  return false;
}

void unfold_container(candidate_search& state, document::node_id id) {
  auto copy = state.best();
  auto* steps = copy.find("steps");
  auto* step = steps == nullptr ? nullptr : find_step(*steps, id);
  if (step == nullptr)
    return;
  std::vector<std::string> rounds{"1"};
  if (const auto* repeat = step->find("repeat"))
    if (auto times = document::to_integer(repeat->text_of("times")); times && *times > 1)
      rounds.push_back(std::to_string(*times));
  auto expects = step->find("expect") != nullptr;
  for (const auto& round : rounds)
    for (auto with_expect : {false, true}) {
      if (with_expect && !expects)
        continue;
      auto candidate = state.best();
      unfold(*candidate.find("steps"), id, round, with_expect);
      remove_unbound(candidate, state.best());
      if (state.attempt(std::move(candidate)))
        return;
    }
}

} // namespace

void shrink_structures(candidate_search& state) {
  std::vector<document::node_id> ids;
  if (const auto* steps = state.best().find("steps"))
    containers(*steps, ids);
  for (auto i = ids.size(); i-- > 0 && !state.stopped();)
    unfold_container(state, ids[i]);
}

} // namespace lapse::shrink
