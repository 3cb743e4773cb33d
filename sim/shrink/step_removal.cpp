#include "sim/shrink/step_removal.hpp"

#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"
#include "sim/plan/property.hpp"
#include "sim/shrink/handle_links.hpp"
#include "sim/shrink/time_span.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace lapse::shrink {

namespace {

bool is_count(std::string_view key) { return language::world_table().find(key) != nullptr; }

// One walk in file order: what a step needs is bound before it.
class remover {
public:
  remover(const document::document_node& before, const std::set<document::node_id>& doomed,
          orphaned_step orphans)
    : doomed_(doomed), orphans_(orphans) {
    for (const auto& name : names_of_clients(before))
      known_.add(name);
    for (const auto& step : link_steps(before))
      for (const auto& name : step.binds) {
        known_.add(name);
        makers_.emplace(name,
                        maker{step.asker, step.policies != nullptr ? std::optional{*step.policies}
                                                                   : std::nullopt});
      }
  }

  void apply(document::document_node& document);

private:
  [[nodiscard]] bool lost(std::string_view name) const {
    return !bound_.has(name) && known_.has(name);
  }
  [[nodiscard]] bool loses_in_braces(const document::document_node& value) const;
  /// False if the step has to go.
  bool keep_step(document::document_node& step);
  bool keep_asker(document::document_node& step);
  void keep_expect(document::document_node& step);
  void keep_world(document::document_node& expect);
  /// False if the property has nothing left to say.
  [[nodiscard]] bool keep_property(document::document_node& property) const;
  /// Returns the time that what follows the list has to inherit.
  due_time walk(document::document_node& list, bool concurrent);

  const std::set<document::node_id>& doomed_;
  orphaned_step orphans_;
  bound_names known_;
  // Who made the token of a name, and the policies it got by name.
  struct maker {
    std::string asker;
    std::optional<document::document_node> policies;
  };
  std::map<std::string, maker, std::less<>> makers_;
  bound_names bound_;
  counter_scope counters_;
};

bool remover::loses_in_braces(const document::document_node& value) const {
  bool result = false;
  names_in_braces(value, counters_,
                  [&](const std::string& name) { result = result || lost(name); });
  return result;
}

// -- steps -------------------------------------------------------------------------

bool remover::keep_asker(document::document_node& step) {
  auto asker = as_glob(step.text_of("as"), counters_);
  if (asker.empty() || !lost(asker))
    return true;
  if (orphans_ == orphaned_step::goes)
    return false;
  auto steps_left = 1000; // a chain of makers is no longer than its file; circles do not load
  while (orphans_ == orphaned_step::to_maker && !asker.empty() && lost(asker) && --steps_left > 0) {
    auto gone = makers_.find(asker);
    if (gone != makers_.end() && gone->second.policies && step.find("create") != nullptr &&
        step.find("policies") == nullptr)
      step.children.push_back(*gone->second.policies);
    asker = gone == makers_.end() ? std::string{} : gone->second.asker;
  }
  // A maker with a counter in its name is of the same round only where the names show it; else
  // root.
  if (asker.empty() || orphans_ == orphaned_step::to_root || lost(asker) ||
      asker.find('*') != std::string::npos)
    step.erase("as");
  else
    step.find("as")->text = asker;
  return true;
}

bool remover::keep_step(document::document_node& step) {
  if (doomed_.count(step.id) > 0)
    return false;
  if (auto* inner = language::inner_steps(step)) {
    auto* repeat = step.find("repeat");
    if (repeat != nullptr)
      counters_.push_back(language::counter_of(*repeat));
    walk(*inner, repeat == nullptr);
    if (repeat != nullptr)
      counters_.pop_back();
    keep_expect(step);
    return !inner->children.empty();
  }
  auto needs = names_needed(step, counters_);
  if (std::any_of(needs.begin(), needs.end(), [&](const auto& name) { return lost(name); }) ||
      !keep_asker(step))
    return false;
  for (const auto& name : names_bound(step, counters_))
    bound_.add(name);
  auto spoke = step.find("expect") != nullptr;
  keep_expect(step);
  // Steps that only looked at removed handles have nothing left to do.
  auto only_time = step.children.size() == 1 &&
                   (step.children[0].key == "at" || step.children[0].key == "after");
  return !step.children.empty() && !(spoke && only_time && step.find("expect") == nullptr);
}

void remover::keep_expect(document::document_node& step) {
  auto* expect = step.find("expect");
  if (expect == nullptr || !expect->is_map())
    return;
  if (expects_world(step))
    keep_world(*expect);
  else
    std::erase_if(expect->children, [&](const auto& entry) { return loses_in_braces(entry); });
  if (expect->children.empty())
    step.erase("expect");
}

void remover::keep_world(document::document_node& expect) {
  std::erase_if(expect.children, [&](const document::document_node& entry) {
    return !is_count(entry.key) && lost(as_glob(bare_name(entry.key), counters_));
  });
  for (auto& entry : expect.children) {
    auto cause = as_glob(entry.text_of("because"), counters_);
    if (!cause.empty() && lost(cause) && entry.children.size() > 1)
      entry.erase("because");
  }
}

due_time remover::walk(document::document_node& list, bool concurrent) {
  due_time inherited;
  std::vector<document::document_node> kept;
  for (auto& step : list.children) {
    auto time = due_time_of(step);
    auto total = time ? joined(inherited, *time) : due_time{};
    if (!keep_step(step)) {
      inherited = total;
      continue;
    }
    if (time && !concurrent && inherited.what != due_time::kind::same)
      due(step, total);
    inherited = {};
    kept.push_back(std::move(step));
  }
  list.children = std::move(kept);
  return inherited;
}

// -- the whole -----------------------------------------------------------------------

bool remover::keep_property(document::document_node& property) const {
  const auto& words = plan::state_words();
  auto is_state = [&](const document::document_node& condition) {
    return std::find(words.begin(), words.end(), condition.key) != words.end();
  };
  auto is_lost = [&](const document::document_node& item) {
    return item.is_scalar() && lost(bare_name(item.text));
  };
  for (auto& condition : property.children)
    if (is_state(condition))
      std::erase_if(condition.children, is_lost);
  std::erase_if(property.children, [&](const document::document_node& condition) {
    return is_state(condition) &&
           (is_lost(condition) || (condition.is_sequence() && condition.children.empty()));
  });
  return std::any_of(property.children.begin(), property.children.end(),
                     [&](const auto& entry) { return !language::is_window(entry.key); });
}

void remover::apply(document::document_node& document) {
  auto end = last_due(document);
  for (const auto& name : names_of_clients(document))
    bound_.add(name);
  if (auto* steps = document.find("steps"); steps != nullptr && steps->is_sequence()) {
    auto left = walk(*steps, false);
    if (steps->children.empty())
      document.erase("steps");
    if (left.what != due_time::kind::same && document.find("until") == nullptr)
      document.children.push_back(document::plain_entry("until", write_span({end, end})));
  }
  for (auto word : plan::property_words) {
    auto* list = document.find(word);
    if (list == nullptr || !list->is_sequence())
      continue;
    std::vector<document::document_node> kept;
    for (auto& item : list->children)
      if (!item.is_map() || keep_property(item))
        kept.push_back(std::move(item));
    list->children = std::move(kept);
    if (list->children.empty())
      document.erase(word);
  }
}

} // namespace

void remove_steps(document::document_node& document, const std::set<document::node_id>& doomed,
                  orphaned_step orphans) {
  remover{document, doomed, orphans}.apply(document);
}

void remove_unbound(document::document_node& document, const document::document_node& before) {
  static const std::set<document::node_id> none;
  remover{before, none, orphaned_step::to_maker}.apply(document);
}

} // namespace lapse::shrink
