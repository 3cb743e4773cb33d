#include "sim/shrink/handle_links.hpp"

#include "actors/protocol/glob.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/verbs.hpp"
#include "sim/run/handle_table.hpp"

#include <algorithm>

namespace lapse::shrink {

namespace {

bool is_glob(std::string_view name) { return name.find('*') != std::string_view::npos; }

// Whether some text may match both. Exact if one has no star; for two with stars, their literal
// beginnings and ends decide, which errs towards yes.
bool may_meet(std::string_view a, std::string_view b) {
  if (!is_glob(a))
    return glob_match(b, a);
  if (!is_glob(b))
    return glob_match(a, b);
  auto head = std::min(a.find('*'), b.find('*'));
  auto tail = std::min(a.size() - a.rfind('*'), b.size() - b.rfind('*')) - 1;
  return a.substr(0, head) == b.substr(0, head) &&
         a.substr(a.size() - tail) == b.substr(b.size() - tail);
}

} // namespace

// -- names -------------------------------------------------------------------------

void bound_names::add(const std::string& name) {
  if (is_glob(name))
    globs_.push_back(name);
  else
    plain_.insert(name);
}

bool bound_names::has(std::string_view name) const {
  if (name == "root" || name == "none" || plain_.count(name) > 0)
    return true;
  if (is_glob(name) && glob_match(name, "root"))
    return true;
  auto cost = globs_.size() + (is_glob(name) ? plain_.size() : 0);
  if (matches_left_ < cost)
    return true; // too many to tell; the loader will
  matches_left_ -= cost;
  if (std::any_of(globs_.begin(), globs_.end(), [&](const auto& g) { return may_meet(name, g); }))
    return true;
  return is_glob(name) && std::any_of(plain_.begin(), plain_.end(),
                                      [&](const auto& plain) { return glob_match(name, plain); });
}

std::string as_glob(std::string_view name, const counter_scope& counters) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    auto begins_here = [&](const std::string& c) {
      return name[i] == '{' && name.substr(i + 1, c.size() + 1) == c + '}';
    };
    auto counter = std::find_if(counters.begin(), counters.end(), begins_here);
    if (counter == counters.end()) {
      result += name[i];
      continue;
    }
    result += '*';
    i += counter->size() + 1;
  }
  return result;
}

std::string_view bare_name(std::string_view name) noexcept {
  for (std::string_view suffix : {".lease", ".descendants", ".leases"})
    if (name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix)
      return name.substr(0, name.size() - suffix.size());
  return name;
}

// -- steps -------------------------------------------------------------------------

std::vector<std::string> names_bound(const document::document_node& step,
                                     const counter_scope& counters) {
  std::vector<std::string> result;
  for (auto key : language::binding_keys())
    if (auto name = step.text_of(key); !name.empty())
      result.push_back(as_glob(name, counters));
  return result;
}

std::vector<std::string> names_of_clients(const document::document_node& document) {
  constexpr std::int64_t told_apart_max = 100;
  std::vector<std::string> result;
  const auto add = [&](const std::string& client) {
    for (const auto* rest : {"", ".*", "#*"})
      result.push_back(client + rest);
  };
  for (const auto& family : document::entries_of(document.find("clients"))) {
    const auto count = document::to_integer(family.text_of("count")).value_or(1);
    if (count <= 1)
      add(family.key);
    else if (count > told_apart_max)
      add(family.key + '*');
    else
      for (std::int64_t n = 1; n <= count; ++n)
        add(family.key + std::to_string(n));
  }
  return result;
}

std::vector<std::string> names_needed(const document::document_node& step,
                                      const counter_scope& counters) {
  std::vector<std::string> result;
  const auto* verb = language::verb_of(step);
  if (verb != nullptr && verb->shape == document::value_shape::handle)
    if (auto name = step.text_of(verb->name); !name.empty())
      result.push_back(as_glob(bare_name(name), counters));
  for (auto key : {"data", "request"})
    if (const auto* value = step.find(key))
      names_in_braces(*value, counters,
                      [&](std::string name) { result.push_back(std::move(name)); });
  return result;
}

void names_in_braces(const document::document_node& value, const counter_scope& counters,
                     const std::function<void(std::string)>& found) {
  // Names are short, so a text full of open braces costs little.
  constexpr std::size_t name_max = 220;
  auto text = std::string_view{value.text};
  for (auto open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    auto depth = 0;
    for (auto i = open; i < std::min(text.size(), open + name_max); ++i) {
      depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
      if (depth > 0)
        continue;
      auto name = text.substr(open + 1, i - open - 1);
      constexpr std::string_view accessor = ".accessor";
      if (name.size() > accessor.size() && name.substr(name.size() - accessor.size()) == accessor)
        name.remove_suffix(accessor.size());
      found(as_glob(bare_name(name), counters));
      break;
    }
  }
  for (const auto& child : value.children)
    names_in_braces(child, counters, found);
}

bool expects_world(const document::document_node& step) {
  const auto* verb = language::verb_of(step);
  return verb == nullptr || !verb->answered();
}

// -- links ---------------------------------------------------------------------------

namespace {

void link(const document::document_node& list, counter_scope& counters,
          std::vector<step_link>& out) {
  for (const auto& step : list.children) {
    if (const auto* inner = language::inner_steps(step)) {
      const auto* repeat = step.find("repeat");
      if (repeat != nullptr)
        counters.push_back(language::counter_of(*repeat));
      link(*inner, counters, out);
      if (repeat != nullptr)
        counters.pop_back();
      continue;
    }
    out.push_back({step.id, names_bound(step, counters), names_needed(step, counters),
                   as_glob(step.text_of("as"), counters), step.find("policies")});
  }
}

} // namespace

std::vector<step_link> link_steps(const document::document_node& document) {
  std::vector<step_link> result;
  counter_scope counters;
  if (const auto* steps = document.find("steps"))
    link(*steps, counters, result);
  return result;
}

std::set<document::node_id> support(const std::vector<step_link>& steps,
                                    const std::set<document::node_id>& wanted, bool askers) {
  auto result = wanted;
  // What is bound comes before its uses, so one walk from the end suffices.
  bound_names needed;
  for (auto i = steps.size(); i-- > 0;) {
    const auto& step = steps[i];
    auto binds = std::any_of(step.binds.begin(), step.binds.end(),
                             [&](const auto& name) { return needed.has(name); });
    if (!binds && result.count(step.id) == 0)
      continue;
    result.insert(step.id);
    for (const auto& name : step.needs)
      needed.add(name);
    if (askers && !step.asker.empty())
      needed.add(step.asker);
  }
  return result;
}

} // namespace lapse::shrink
