#include "actors/ttl/duration.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/verbs.hpp"
#include "sim/shrink/passes.hpp"
#include "sim/shrink/step_removal.hpp"
#include "sim/shrink/time_span.hpp"

#include <algorithm>
#include <optional>

namespace lapse::shrink {

namespace {

// -- ranges ------------------------------------------------------------------------

// One end of a range of durations or whole numbers; none if the value is no range.
std::optional<std::string> end_of(const document::document_node& node, bool high) {
  auto ends = node.is_scalar() && node.plain ? document::split_range(node.text) : std::nullopt;
  if (!ends || (!document::to_duration(ends->first) && !document::to_integer(ends->first)))
    return std::nullopt;
  return std::string{high ? ends->second : ends->first};
}

void ranges(const document::document_node& node, std::vector<document::node_id>& out) {
  if (end_of(node, false))
    out.push_back(node.id);
  for (const auto& child : node.children)
    ranges(child, out);
}

void fix(document::document_node& node, const std::vector<document::node_id>& chosen, bool high) {
  if (auto end = end_of(node, high);
      end && std::find(chosen.begin(), chosen.end(), node.id) != chosen.end())
    node.text = *end;
  for (auto& child : node.children)
    fix(child, chosen, high);
}

// -- times -------------------------------------------------------------------------

void times(const document::document_node& list, std::vector<document::node_id>& out) {
  for (const auto& step : list.children) {
    for (auto key : {"at", "after"})
      if (const auto* time = step.find(key))
        out.push_back(time->id);
    if (const auto* inner = language::inner_steps(step))
      times(*inner, out);
  }
}

void erase_times(document::document_node& list, const std::vector<document::node_id>& chosen) {
  for (auto& step : list.children) {
    std::erase_if(step.children, [&](const document::document_node& entry) {
      return (entry.key == "at" || entry.key == "after") &&
             std::find(chosen.begin(), chosen.end(), entry.id) != chosen.end();
    });
    if (auto* inner = language::inner_steps(step))
      erase_times(*inner, chosen);
  }
  // A step that only waited is nothing without its time.
  std::erase_if(list.children,
                [](const document::document_node& step) { return step.children.empty(); });
}

// -- amounts -----------------------------------------------------------------------

struct amount_entry {
  document::node_id id = 0;
  amount_kind kind = amount_kind::none;
  std::string text;
};

void amounts(const document::document_node& node, std::vector<amount_entry>& out) {
  for (const auto& child : node.children) {
    if (!holds_amounts(child))
      continue;
    if (auto kind = amount_of(child); kind != amount_kind::none)
      out.push_back({child.id, kind, child.text});
    amounts(child, out);
  }
}

void set_texts(document::document_node& node, const std::vector<document::node_id>& chosen,
               const std::string& text) {
  if (node.is_scalar() && std::find(chosen.begin(), chosen.end(), node.id) != chosen.end())
    node.text = text;
  for (auto& child : node.children)
    set_texts(child, chosen, text);
}

// Smaller and rounder durations, the best first.
std::vector<std::string> simpler_durations(const std::string& text) {
  using namespace std::chrono;
  auto now = document::to_duration(text);
  std::vector<std::string> result;
  if (!now || *now <= duration::zero())
    return result;
  auto offer = [&](duration d) {
    auto word = ttl::format_duration(d);
    if (d > duration::zero() && (d < *now || (d == *now && word.size() < text.size())) &&
        std::find(result.begin(), result.end(), word) == result.end())
      result.push_back(word);
  };
  for (auto unit : {duration{1s}, duration{1min}, duration{1h}})
    offer(unit);
  for (auto unit : {duration{24h}, duration{1h}, duration{1min}, duration{1s}})
    offer(*now / unit * unit);
  offer(*now / 2 / duration{1s} * duration{1s});
  if (*now <= duration{4s})
    offer(*now - duration{1s});
  offer(*now);
  return result;
}

std::vector<std::string> smaller_counts(const std::string& text) {
  auto now = document::to_integer(text);
  std::vector<std::string> result;
  if (!now)
    return result;
  for (auto count : {std::int64_t{1}, std::int64_t{2}, *now / 2, *now - 1})
    if (count > 0 && count < *now &&
        std::find(result.begin(), result.end(), std::to_string(count)) == result.end())
      result.push_back(std::to_string(count));
  return result;
}

void simplify(candidate_search& state, const std::vector<document::node_id>& chosen,
              const amount_entry& like) {
  auto words =
      like.kind == amount_kind::duration ? simpler_durations(like.text) : smaller_counts(like.text);
  for (const auto& word : words) {
    auto candidate = state.best();
    set_texts(candidate, chosen, word);
    if (like.kind == amount_kind::count)
      remove_unbound(candidate, state.best());
    if (state.attempt(std::move(candidate)))
      return;
  }
}

} // namespace

void shrink_behaviors(candidate_search& state) {
  const auto families = document::entries_of(state.best().find("clients")).size();
  for (std::size_t i = 0; i < families; ++i)
    for (const auto* simple : {"never", "lifetime_watcher"}) {
      auto candidate = state.best();
      auto& family = candidate.find("clients")->children[i];
      const auto* renew = family.find("renew");
      if (renew != nullptr && renew->is_scalar() && renew->text == simple)
        break;
      family.erase("renew");
      if (std::string_view{simple} == "never")
        family.add("renew", document::plain_value(simple));
      family.erase("every");
      if (state.attempt(std::move(candidate)))
        break;
    }
}

void shrink_ranges(candidate_search& state) {
  std::vector<document::node_id> parts;
  ranges(state.best(), parts);
  if (parts.empty())
    return;
  auto fix_to = [&](const std::vector<document::node_id>& chunk, bool high) {
    auto candidate = state.best();
    fix(candidate, chunk, high);
    return state.attempt(std::move(candidate));
  };
  if (fix_to(parts, false) || fix_to(parts, true))
    return;
  for (auto high : {false, true})
    reduce(state, parts, true, [&](const auto& chunk) { return fix_to(chunk, high); });
}

void shrink_times(candidate_search& state, bool thorough) {
  const auto* steps = state.best().find("steps");
  if (steps == nullptr)
    return;
  std::vector<document::node_id> parts;
  times(*steps, parts);
  reduce_in_round(state, parts, thorough, [&](const std::vector<document::node_id>& chunk) {
    auto candidate = state.best();
    erase_times(*candidate.find("steps"), chunk);
    return state.attempt(std::move(candidate));
  });
}

void shrink_amounts(candidate_search& state) {
  std::vector<amount_entry> entries;
  amounts(state.best(), entries);
  // Equal values change together first: deadlines that meet go on meeting.
  for (std::size_t i = 0; i < entries.size() && !state.stopped(); ++i) {
    std::vector<document::node_id> alike;
    for (std::size_t j = 0; j < entries.size(); ++j)
      if (entries[j].kind == entries[i].kind && entries[j].text == entries[i].text) {
        if (j < i)
          break;
        alike.push_back(entries[j].id);
      }
    if (alike.size() > 1)
      simplify(state, alike, entries[i]);
  }
  entries.clear();
  amounts(state.best(), entries);
  for (const auto& entry : entries)
    if (!state.stopped())
      simplify(state, {entry.id}, entry);
}

} // namespace lapse::shrink
