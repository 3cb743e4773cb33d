#include "sim/document/node.hpp"

#include "actors/protocol/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lapse::document {

namespace {

// Whether quotes make no difference to the text: it is no number, range, flag or null.
bool means_itself(std::string_view text) {
  constexpr std::array<std::string_view, 12> words{"",   "~",  "null", "true", "false", "yes",
                                                   "no", "on", "off",  "y",    "n",     "<<"};
  return std::find(words.begin(), words.end(), lower_case(text)) == words.end() &&
         std::string_view{"0123456789+-."}.find(text.front()) == std::string_view::npos &&
         text.find("..") == std::string_view::npos;
}

// The depth of a document is bounded by its reader.
void number(document_node& node, node_id& last) {
  node.id = ++last;
  for (auto& child : node.children)
    number(child, last);
}

document_node scalar_value(std::string text, bool plain) {
  document_node result;
  result.what = document_node::kind::scalar;
  result.plain = plain;
  result.text = std::move(text);
  return result;
}

} // namespace

// -- reading -----------------------------------------------------------------------------

std::span<const document_node> document_node::entries() const noexcept {
  return is_map() ? std::span{children} : std::span<const document_node>{};
}

std::span<const document_node> document_node::items() const noexcept {
  return is_sequence() ? std::span{children} : std::span<const document_node>{};
}

const document_node* document_node::find(std::string_view name) const noexcept {
  for (const auto& entry : entries())
    if (entry.key == name)
      return &entry;
  return nullptr;
}

document_node* document_node::find(std::string_view name) noexcept {
  return const_cast<document_node*>(std::as_const(*this).find(name));
}

const document_node* document_node::scalar(std::string_view name) const noexcept {
  const auto* value = find(name);
  return value != nullptr && value->is_scalar() ? value : nullptr;
}

std::string_view document_node::text_of(std::string_view name) const noexcept {
  const auto* value = scalar(name);
  return value == nullptr ? std::string_view{} : std::string_view{value->text};
}

bool document_node::bare() const noexcept { return plain || means_itself(text); }

// -- changing ----------------------------------------------------------------------------

document_node& document_node::add(std::string_view name, document_node value) {
  value.key = name;
  children.push_back(std::move(value));
  return children.back();
}

bool document_node::erase(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr)
    return false;
  children.erase(children.begin() + (value - children.data()));
  return true;
}

// -- making ------------------------------------------------------------------------------

document_node plain_value(std::string text) { return scalar_value(std::move(text), true); }

document_node quoted_value(std::string text) { return scalar_value(std::move(text), false); }

document_node sequence_of(std::vector<document_node> items) {
  document_node result;
  result.what = document_node::kind::sequence;
  result.children = std::move(items);
  return result;
}

document_node empty_map() {
  document_node result;
  result.what = document_node::kind::map;
  return result;
}

document_node map_with(std::string_view key, document_node value) {
  auto result = empty_map();
  result.add(key, std::move(value));
  return result;
}

document_node map_with(std::string_view key, std::string value) {
  return map_with(key, plain_value(std::move(value)));
}

document_node plain_entry(std::string_view key, std::string text) {
  auto result = plain_value(std::move(text));
  result.key = key;
  return result;
}

void number_nodes(document_node& document) {
  node_id last = 0;
  number(document, last);
}

bool same_content(const document_node& a, const document_node& b) {
  auto same_text = !a.is_scalar() || (a.text == b.text && a.bare() == b.bare());
  return a.what == b.what && a.key == b.key && same_text &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                    same_content);
}

} // namespace lapse::document
