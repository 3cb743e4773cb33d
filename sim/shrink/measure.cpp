#include "sim/shrink/measure.hpp"

#include "sim/document/scalar.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"
#include "sim/plan/property.hpp"
#include "sim/shrink/time_span.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

namespace lapse::shrink {

namespace {

// Which keys are amounts, as the language's one table says.
std::map<std::string_view, amount_kind> amount_keys() {
  std::map<std::string_view, amount_kind> result;
  for (const auto* table :
       {&language::step_table(), &language::repeat_table(), &language::server_table(),
        &language::auth_table(), &language::user_table(), &language::token_role_table(),
        &language::secrets_table(), &language::secrets_role_table(), &language::scenario_table(),
        &language::client_table(), &language::client_start_table(), &language::client_retry_table(),
        &language::client_stop_table(), &language::client_restart_table()})
    for (const auto& key : table->keys) {
      if (key.shape == document::value_shape::duration || key.shape == document::value_shape::span)
        result.emplace(key.name, amount_kind::duration);
      else if (key.shape == document::value_shape::number && key.name != "seed")
        result.emplace(key.name, amount_kind::count);
    }
  return result;
}

constexpr auto amount_max = std::numeric_limits<std::uint64_t>::max();

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return b > amount_max - a ? amount_max : a + b;
}

std::uint64_t seconds(duration d) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(d).count(), 0));
}

std::uint64_t amount(const document::document_node& entry) {
  auto kind = amount_of(entry);
  if (kind == amount_kind::duration) {
    auto span = read_span(entry.text);
    return span ? sum(seconds(span->high), seconds(span->high - span->low)) : 0;
  }
  if (kind == amount_kind::count) {
    auto ends = document::split_range(entry.text);
    auto value =
        document::to_integer(ends ? ends->second : std::string_view{entry.text}).value_or(0);
    return sum(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)), ends ? 1 : 0);
  }
  return 0;
}

void walk(const document::document_node& node, bool amounts, case_size& out) {
  ++out.values;
  if (amounts)
    out.amounts = sum(out.amounts, amount(node));
  for (const auto& child : node.children)
    walk(child, amounts && holds_amounts(child), out);
}

} // namespace

amount_kind amount_of(const document::document_node& entry) {
  static const auto keys = amount_keys();
  if (!entry.is_scalar() || !entry.plain)
    return amount_kind::none;
  auto found = keys.find(entry.key);
  return found == keys.end() ? amount_kind::none : found->second;
}

bool holds_amounts(const document::document_node& entry) {
  constexpr std::array closed{"expect", "data", "meta", "request", "policies", "policy"};
  auto is_key = [&](std::string_view word) { return word == entry.key; };
  return std::none_of(closed.begin(), closed.end(), is_key) &&
         std::none_of(plan::property_words.begin(), plan::property_words.end(), is_key);
}

std::size_t steps_in(const document::document_node& list) {
  std::size_t result = 0;
  for (const auto& step : list.children) {
    const auto* inner = language::inner_steps(step);
    result += inner == nullptr ? 1 : steps_in(*inner);
  }
  return result;
}

case_size size_of(const document::document_node& document, const std::string& text,
                  const engine::decision_list& decisions) {
  case_size result;
  walk(document, true, result);
  if (const auto* steps = document.find("steps"))
    result.steps = steps_in(*steps);
  result.values -= result.steps;
  result.deviations = static_cast<std::size_t>(std::count_if(
      decisions.begin(), decisions.end(), [](const auto& one) { return one.index != 0; }));
  result.length = text.size();
  return result;
}

} // namespace lapse::shrink
