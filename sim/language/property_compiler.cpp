#include "sim/language/property_compiler.hpp"

#include "sim/language/expect_compiler.hpp"
#include "sim/language/tables.hpp"

#include "actors/ttl/duration.hpp"

#include <algorithm>

namespace lapse {

namespace {

std::optional<states_hold> compile_states_hold(load_context& context, const yaml_node& key,
                                               const yaml_node& value) {
  auto state = to_state(key.text);
  if (!state)
    return std::nullopt;
  states_hold result{key.at, *state, {}, key.text + ": " + in_words(value)};
  if (value.is_scalar())
    result.of.push_back(compile_selector(context, value, true));
  for (const auto* item : value.children)
    if (value.is_sequence() && item->is_scalar())
      result.of.push_back(compile_selector(context, *item, true));
  if (result.of.empty() && value.is_sequence())
    context.faults.report(key.at, "an empty list of handles; name one");
  return result.of.empty() ? std::nullopt : std::optional{std::move(result)};
}

// `status` and `error` speak of one answer.
std::optional<answer_seen> compile_answer_seen(load_context& context, const yaml_node& node) {
  const auto* status = node.find("status");
  const auto* error = node.find("error");
  if (status == nullptr && error == nullptr)
    return std::nullopt;
  answer_seen result;
  result.where = node.find_key(status != nullptr ? "status" : "error")->at;
  if (status != nullptr) {
    auto limits = compile_bounds(context, *status);
    if (!limits)
      return std::nullopt;
    result.status = *limits;
    result.words = "status: " + in_words(*status);
  }
  if (error != nullptr && error->is_scalar()) {
    result.error = error->text;
    result.words += (result.words.empty() ? "error: " : ", error: ") + in_words(*error);
  }
  return result;
}

void compile_window(load_context& context, const yaml_node& node, property& result) {
  auto window = [&](std::string_view key) { return context.fixed_duration(key, node.find(key)); };
  auto from = window("from");
  auto after = window("after");
  if (from && after)
    context.faults.report(node.find_key("after")->at,
                          "`from` and `after` both start the window; keep one of them");
  result.from = from ? *from : after.value_or(duration::zero());
  result.to = window("to");
  result.within = window("within");
  if (result.to && result.within)
    context.faults.report(node.find_key("within")->at,
                          "`to` and `within` both end the window; keep one of them");
  if (result.to && *result.to < result.from)
    context.faults.report(node.find_key("to")->at,
                          "the window ends before it begins; swap its ends");
}

property compile_property(load_context& context, property::kind what, std::string_view word,
                          const yaml_node& node) {
  property result;
  result.what = what;
  result.where = node.at;
  result.words = std::string{word} + " " + in_words(node);
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const auto& key = *node.children[i];
    const auto& value = *node.children[i + 1];
    if (!key.is_scalar())
      continue;
    if (auto states = compile_states_hold(context, key, value))
      result.conditions.emplace_back(std::move(*states));
    else if (auto count = compile_count(context, key, value))
      result.conditions.emplace_back(std::move(*count));
  }
  if (auto answer = compile_answer_seen(context, node))
    result.conditions.emplace_back(std::move(*answer));
  compile_window(context, node, result);
  return result;
}

} // namespace

std::vector<property> compile_properties(load_context& context, const yaml_node& scenario) {
  constexpr std::pair<std::string_view, property::kind> kinds[] = {
      {"always", property::kind::always},
      {"never", property::kind::never},
      {"eventually", property::kind::eventually},
      {"sometimes", property::kind::sometimes}};
  std::vector<property> result;
  for (const auto& [word, kind] : kinds) {
    const auto* list = scenario.find(word);
    if (list == nullptr || !list->is_sequence())
      continue;
    for (const auto* item : list->children)
      if (item->is_map())
        result.push_back(compile_property(context, kind, word, *item));
  }
  return result;
}

} // namespace lapse
