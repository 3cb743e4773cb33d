#include "sim/language/verbs.hpp"
#include "sim/plan/property.hpp"
#include "sim/shrink/passes.hpp"
#include "sim/shrink/step_removal.hpp"

#include <algorithm>
#include <array>

namespace lapse::shrink {

namespace {

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Maps whose keys are the user's names: an empty value there says that all is as by default.
constexpr std::array<std::string_view, 7> name_maps{"clients", "policies", "auth", "token_roles",
                                                    "secrets", "users",    "roles"};

// Takes the nodes out, and maps and lists that become empty by it.
void erase_parts(document::document_node& node, const std::set<document::node_id>& doomed) {
  std::vector<document::document_node> kept;
  for (auto& child : node.children) {
    if (doomed.count(child.id) > 0)
      continue;
    auto was_empty = child.children.empty();
    erase_parts(child, doomed);
    auto emptied = !was_empty && child.children.empty();
    if (!emptied || (node.is_map() && among(name_maps, node.key)))
      kept.push_back(std::move(child));
  }
  node.children = std::move(kept);
}

void reduce_parts(candidate_search& state, const std::vector<document::node_id>& parts,
                  bool thorough) {
  reduce_in_round(state, parts, thorough, [&](const std::vector<document::node_id>& chunk) {
    auto candidate = state.best();
    erase_parts(candidate, {chunk.begin(), chunk.end()});
    remove_unbound(candidate, state.best());
    return state.attempt(std::move(candidate));
  });
}

// -- steps -------------------------------------------------------------------------

// Calls `visit` with every step.
template <class Visit>
void each_step(const document::document_node& document, const Visit& visit) {
  const auto* steps = document.find("steps");
  auto walk = [&](const auto& self, const document::document_node& list) -> void {
    for (const auto& step : list.children) {
      visit(step);
      if (const auto* inner = language::inner_steps(step))
        self(self, *inner);
    }
  };
  if (steps != nullptr)
    walk(walk, *steps);
}

void leaves(const document::document_node& node, std::vector<document::node_id>& out) {
  for (const auto& child : node.children) {
    out.push_back(child.id);
    leaves(child, out);
  }
}

std::vector<document::node_id> expectations(const document::document_node& document, bool inside) {
  std::vector<document::node_id> result;
  for (auto word : plan::property_words)
    if (const auto* list = document.find(word))
      for (const auto& item : list->children) {
        if (inside)
          leaves(item, result);
        else
          result.push_back(item.id);
      }
  each_step(document, [&](const document::document_node& step) {
    const auto* expect = step.find("expect");
    if (expect != nullptr && inside)
      leaves(*expect, result);
    else if (expect != nullptr)
      result.push_back(expect->id);
  });
  return result;
}

std::vector<document::node_id> parameters(const document::document_node& document, bool inside) {
  constexpr std::array<std::string_view, 5> others{"at", "after", "expect", "repeat", "together"};
  std::vector<document::node_id> result;
  each_step(document, [&](const document::document_node& step) {
    for (const auto& entry : step.children) {
      if (among(others, entry.key) || language::find_verb(entry.key) != nullptr) {
        if (entry.key == "repeat" && !inside)
          for (const auto& part : entry.children)
            result.push_back(part.id);
        else if (entry.key == "request" && inside)
          leaves(entry, result);
      } else if (inside) {
        leaves(entry, result);
      } else {
        result.push_back(entry.id);
      }
    }
  });
  return result;
}

// -- set-up ------------------------------------------------------------------------

void at_depth(const document::document_node& node, std::size_t depth,
              std::vector<document::node_id>& out) {
  for (const auto& child : node.children) {
    if (depth == 0)
      out.push_back(child.id);
    else
      at_depth(child, depth - 1, out);
  }
}

std::vector<document::node_id> setup(const document::document_node& document, std::size_t depth) {
  constexpr std::array<std::string_view, 3> others{"lapse", "name", "steps"};
  std::vector<document::node_id> result;
  for (const auto& section : document.children) {
    if (among(others, section.key) || among(plan::property_words, section.key))
      continue;
    if (depth == 0)
      result.push_back(section.id);
    else
      at_depth(section, depth - 1, result);
  }
  return result;
}

} // namespace

void shrink_expectations(candidate_search& state, bool thorough) {
  reduce_parts(state, expectations(state.best(), false), thorough);
  reduce_parts(state, expectations(state.best(), true), thorough);
}

void shrink_parameters(candidate_search& state, bool thorough) {
  reduce_parts(state, parameters(state.best(), false), thorough);
  reduce_parts(state, parameters(state.best(), true), thorough);
}

void shrink_setup(candidate_search& state, bool thorough) {
  // A role's list of policies is the deepest: auth, mount, users, name, key, item.
  constexpr std::size_t depth_max = 6;
  for (std::size_t depth = 0; depth < depth_max; ++depth)
    if (auto parts = setup(state.best(), depth); !parts.empty())
      reduce_parts(state, parts, thorough);
}

} // namespace lapse::shrink
