#include "sim/language/property_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/language/expect_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::language {

namespace {

std::optional<plan::states_hold> compile_states_hold(load_context& context,
                                                     const document::document_node& entry) {
  const auto any = entry.key == "any_alive";
  auto state = any ? plan::state_word::alive : plan::to_state(entry.key);
  if (!state)
    return std::nullopt;
  plan::states_hold result{entry.key_at, *state, {}, entry.key + ": " + in_words(entry), any};
  auto add = [&](const document::document_node& name) {
    if (name.is_scalar())
      result.of.push_back(compile_selector(context, name.text, name.at, true));
  };
  add(entry);
  for (const auto& item : entry.items())
    add(item);
  if (result.of.empty() && entry.is_sequence())
    context.faults.report(entry.key_at, "an empty list of handles; name one");
  return result.of.empty() ? std::nullopt : std::optional{std::move(result)};
}

// `status` and `error` speak of one answer.
std::optional<plan::answer_seen> compile_answer_seen(load_context& context,
                                                     const document::document_node& node) {
  const auto* status = node.find("status");
  const auto* error = node.find("error");
  if (status == nullptr && error == nullptr)
    return std::nullopt;
  plan::answer_seen result;
  result.where = (status != nullptr ? status : error)->key_at;
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

std::optional<plan::rate_limit> compile_rate(load_context& context,
                                             const document::document_node& entry,
                                             plan::property::kind what) {
  if (entry.key != "rate" || !entry.is_map())
    return std::nullopt;
  if (what != plan::property::kind::always)
    context.faults.report(entry.key_at,
                          "`rate` says what no window exceeds; put it under `always`");
  plan::rate_limit result;
  result.where = entry.key_at;
  for (auto kind :
       {attempt_kind::login, attempt_kind::renewal, attempt_kind::read, attempt_kind::revocation})
    if (entry.text_of("of") == plural_of(kind))
      result.of = kind;
  const auto per = context.fixed_duration("per", entry.find("per"));
  const auto at_most = context.fixed_number("at_most", entry.find("at_most"));
  if (!per || !at_most)
    return std::nullopt;
  if (*per == duration::zero())
    context.faults.report(entry.find("per")->at,
                          "a window of no length has nothing in it; write a time such as 1s");
  result.per = *per;
  result.at_most = *at_most;
  result.words = "rate: " + in_words(entry);
  return result;
}

// `covered` names a family of clients, `gap` how long each may do without.
std::optional<plan::clients_covered> compile_covered(load_context& context,
                                                     plan::property::kind what,
                                                     const document::document_node& node,
                                                     const document::document_node& scenario) {
  const auto* covered = node.scalar("covered");
  const auto* gap = node.find("gap");
  if (covered == nullptr) {
    if (gap != nullptr)
      context.faults.report(gap->key_at, "`gap` goes with `covered`, the family of clients it is "
                                         "about; add it");
    return std::nullopt;
  }
  if (what != plan::property::kind::always)
    context.faults.report(covered->key_at,
                          "`covered` is about a whole window; put it under `always`");
  plan::clients_covered result;
  result.where = covered->key_at;
  result.words = "covered: " + covered->text;
  std::vector<std::string_view> families;
  for (const auto& family : document::entries_of(scenario.find("clients")))
    families.push_back(family.key);
  const auto found = std::find(families.begin(), families.end(), covered->text);
  if (found == families.end())
    context.faults.report(covered->at,
                          fmt::format("unknown family of clients {}{}",
                                      document::in_quotes(covered->text),
                                      document::did_you_mean(covered->text, families)));
  result.family = static_cast<std::uint32_t>(found - families.begin());
  if (gap == nullptr)
    return result;
  result.words += ", gap: " + in_words(*gap);
  if (const auto* least = gap->find("at_least"))
    context.faults.report(least->key_at, "a gap has no least length here; write `at_most`");
  const auto* most = gap->is_map() ? gap->find("at_most") : gap;
  result.at_most = context.fixed_duration("gap", most).value_or(duration::zero());
  return result;
}

void compile_window(load_context& context, const document::document_node& node,
                    plan::property& result) {
  auto window = [&](std::string_view key) { return context.fixed_duration(key, node.find(key)); };
  auto from = window("from");
  auto after = window("after");
  if (from && after)
    context.faults.report(node.find("after")->key_at,
                          "`from` and `after` both start the window; keep one of them");
  result.from = from ? *from : after.value_or(duration::zero());
  result.to = window("to");
  result.within = window("within");
  if (result.to && result.within)
    context.faults.report(node.find("within")->key_at,
                          "`to` and `within` both end the window; keep one of them");
  if (result.to && *result.to < result.from)
    context.faults.report(node.find("to")->key_at,
                          "the window ends before it begins; swap its ends");
}

plan::property compile_property(load_context& context, plan::property::kind what,
                                std::string_view word, const document::document_node& node,
                                const document::document_node& scenario) {
  plan::property result;
  result.what = what;
  result.where = node.at;
  result.words = std::string{word} + " " + in_words(node);
  for (const auto& entry : node.entries()) {
    if (auto states = compile_states_hold(context, entry))
      result.conditions.emplace_back(std::move(*states));
    else if (auto count = compile_count(context, entry))
      result.conditions.emplace_back(std::move(*count));
    else if (auto rate = compile_rate(context, entry, what))
      result.conditions.emplace_back(std::move(*rate));
  }
  if (auto answer = compile_answer_seen(context, node))
    result.conditions.emplace_back(std::move(*answer));
  if (auto covered = compile_covered(context, what, node, scenario))
    result.conditions.emplace_back(std::move(*covered));
  compile_window(context, node, result);
  return result;
}

} // namespace

std::vector<plan::property> compile_properties(load_context& context,
                                               const document::document_node& scenario) {
  std::vector<plan::property> result;
  for (std::size_t i = 0; i < plan::property_words.size(); ++i)
    for (const auto& item : document::items_of(scenario.find(plan::property_words[i])))
      if (item.is_map())
        result.push_back(compile_property(context, static_cast<plan::property::kind>(i),
                                          plan::property_words[i], item, scenario));
  return result;
}

} // namespace lapse::language
