#include "sim/shrink/document.hpp"

#include "sim/document/diagnostics.hpp"
#include "sim/document/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lapse {

namespace {

// Whether quotes make no difference to the text: it is no number, range, flag or null.
bool means_itself(std::string_view text) {
  constexpr std::array<std::string_view, 12> words{"",   "~",  "null", "true", "false", "yes",
                                                   "no", "on", "off",  "y",    "n",     "<<"};
  std::string lower{text};
  for (auto& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::find(words.begin(), words.end(), lower) == words.end() &&
         std::string_view{"0123456789+-."}.find(text.front()) == std::string_view::npos &&
         text.find("..") == std::string_view::npos;
}

// The depth of the tree is bounded by its reader.
void copy(const yaml_node& from, document_node& to, node_id& last) {
  to.id = ++last;
  to.plain = from.plain;
  switch (from.what) {
    case yaml_node::kind::null:
      to.what = document_node::kind::null;
      return;
    case yaml_node::kind::scalar:
      to.what = document_node::kind::scalar;
      to.text = from.text;
      to.plain = from.plain || means_itself(from.text);
      return;
    case yaml_node::kind::sequence:
      to.what = document_node::kind::sequence;
      to.children.resize(from.children.size());
      for (std::size_t i = 0; i < from.children.size(); ++i)
        copy(*from.children[i], to.children[i], last);
      return;
    case yaml_node::kind::map:
      to.what = document_node::kind::map;
      to.children.resize(from.children.size() / 2);
      for (std::size_t i = 0; i < to.children.size(); ++i) {
        to.children[i].key = from.children[2 * i]->text;
        copy(*from.children[2 * i + 1], to.children[i], last);
      }
  }
}

const document_node* find_in(const document_node& map, std::string_view name) noexcept {
  if (map.is_map())
    for (const auto& child : map.children)
      if (child.key == name)
        return &child;
  return nullptr;
}

} // namespace

document_node* document_node::find(std::string_view name) noexcept {
  return const_cast<document_node*>(find_in(*this, name));
}

const document_node* document_node::find(std::string_view name) const noexcept {
  return find_in(*this, name);
}

std::string_view document_node::text_of(std::string_view name) const noexcept {
  const auto* value = find(name);
  return value != nullptr && value->is_scalar() ? std::string_view{value->text}
                                                : std::string_view{};
}

bool document_node::erase(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr)
    return false;
  children.erase(children.begin() + (value - children.data()));
  return true;
}

document_node plain_entry(std::string_view key, std::string text) {
  document_node result;
  result.what = document_node::kind::scalar;
  result.key = key;
  result.text = std::move(text);
  return result;
}

bool same_content(const document_node& a, const document_node& b) {
  auto same_text = !a.is_scalar() || (a.text == b.text && a.plain == b.plain);
  return a.what == b.what && a.key == b.key && same_text &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                    same_content);
}

std::optional<document_node> read_document(std::string_view text) {
  const std::vector<std::string> no_overrides;
  diagnostics faults{"", no_overrides};
  yaml_tree tree;
  if (!read_yaml(text, tree, faults) || !faults.empty() || !tree.root()->is_map())
    return std::nullopt;
  document_node result;
  node_id last = 0;
  copy(*tree.root(), result, last);
  return result;
}

const document_node* inner_steps(const document_node& step) noexcept {
  const auto* list = step.find("together");
  if (const auto* repeat = step.find("repeat"))
    list = repeat->find("steps");
  return list != nullptr && list->is_sequence() ? list : nullptr;
}

document_node* inner_steps(document_node& step) noexcept {
  return const_cast<document_node*>(inner_steps(std::as_const(step)));
}

} // namespace lapse
