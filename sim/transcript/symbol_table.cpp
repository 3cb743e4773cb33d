#include "sim/transcript/symbol_table.hpp"

#include "actors/protocol/ascii.hpp"

#include <algorithm>

namespace lapse::transcript {

namespace {} // namespace

bool is_symbol(std::string_view text) {
  return text.size() >= 2 && text[0] == '$' && (is_letter(text[1]) || text[1] == '_') &&
         std::all_of(text.begin() + 2, text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
         });
}

symbol_index symbol_table::intern(std::string_view name) {
  if (const auto found = by_name_.find(name); found != by_name_.end())
    return found->second;
  const auto index = static_cast<symbol_index>(entries_.size());
  entries_.push_back({std::string{name}, false, {}});
  by_name_.emplace(std::string{name}, index);
  return index;
}

void symbol_table::restart() {
  for (auto& each : entries_)
    each.value = {};
  std::size_t size = 16;
  while (size < 2 * entries_.size() + 2)
    size *= 2;
  by_value_.assign(size, none);
}

std::size_t symbol_table::slot_of(const symbol_value& value) const {
  const auto mask = by_value_.size() - 1;
  auto slot = static_cast<std::size_t>(hash_of(value)) & mask;
  while (by_value_[slot] != none && !(entries_[by_value_[slot]].value == value))
    slot = (slot + 1) & mask;
  return slot;
}

symbol_index symbol_table::named(const symbol_value& value) const {
  return by_value_[slot_of(value)];
}

void symbol_table::bind(symbol_index symbol, const symbol_value& value) {
  const auto slot = slot_of(value);
  entries_[symbol].value = value;
  if (by_value_[slot] == none)
    by_value_[slot] = symbol;
}

void symbol_table::bind_if_nameless(symbol_index symbol, const symbol_value& value) {
  if (!value.empty() && !bound(symbol) && named(value) == none)
    bind(symbol, value);
}

bool symbol_table::meet(symbol_index symbol, const symbol_value& value, bool may_alias) {
  if (bound(symbol))
    return entries_[symbol].value == value;
  if (value.empty())
    return false;
  if (value.what == symbol_value::kind::text && *value.text == entries_[symbol].name)
    return true;
  if (!may_alias && named(value) != none)
    return false;
  bind(symbol, value);
  return true;
}

} // namespace lapse::transcript
