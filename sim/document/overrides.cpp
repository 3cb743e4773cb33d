#include "sim/document/overrides.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lapse::document {

namespace {

// What a node on the path is, as far as the key table says.
struct meaning {
  const key_table* table = nullptr; ///< a mapping with these keys
  const key_table* items = nullptr; ///< a list of, or a mapping of names to, these
  bool any_name = false;            ///< names of the user's own
};

meaning meaning_of(const key_spec* spec) {
  if (spec == nullptr)
    return {nullptr, nullptr, true};
  switch (spec->shape) {
    case value_shape::mapping:
      return {&spec->table(), nullptr, false};
    case value_shape::list_of:
      return {nullptr, &spec->table(), false};
    case value_shape::map_of:
      return {nullptr, spec->table == nullptr ? nullptr : &spec->table(), true};
    default:
      return {nullptr, nullptr, true};
  }
}

class override_writer {
public:
  override_writer(diagnostics& faults, int number, std::string_view key, document_node value)
    : faults_(faults), at_{0, number}, key_(key), value_(std::move(value)) {}

  void write(document_node& document, const key_table& keys) {
    static_cast<void>(write_inside(document, key_, {&keys, nullptr, false}));
  }

private:
  // Each tells whether the value is written; if not, that is reported.

  bool write_inside(document_node& node, std::string_view path, const meaning& what) {
    if (node.is_map())
      return in_map(node, path, what);
    if (node.is_sequence())
      return in_sequence(node, path, what);
    faults_.report(at_, fmt::format("{} is a plain value and has nothing inside; name a key that "
                                    "exists",
                                    in_quotes(key_.substr(0, key_.size() - path.size() - 1))));
    return false;
  }

  bool write_at(document_node& child, std::string_view rest, const meaning& what) {
    if (!rest.empty())
      return write_inside(child, rest, what);
    value_.key = std::move(child.key);
    value_.key_at = child.key_at;
    child = std::move(value_);
    return true;
  }

  // The key may have dots in it, so the longest one that fits is taken.
  bool in_map(document_node& node, std::string_view path, const meaning& what) {
    for (auto end = path.size(); end != std::string_view::npos && end > 0;
         end = path.rfind('.', end - 1)) {
      auto name = path.substr(0, end);
      auto found = std::find_if(node.children.begin(), node.children.end(), [&](const auto& child) {
        return child.key == name || child.key == std::string{name} + "/";
      });
      if (found == node.children.end())
        continue;
      auto rest = end == path.size() ? std::string_view{} : path.substr(end + 1);
      return write_at(*found, rest, inside(what, found->key));
    }
    return add(node, path, what);
  }

  static meaning inside(const meaning& what, std::string_view key) {
    if (what.table != nullptr)
      return meaning_of(what.table->find(key));
    return {what.items, nullptr, what.items == nullptr};
  }

  bool in_sequence(document_node& node, std::string_view path, const meaning& what) {
    auto end = std::min(path.find('.'), path.size());
    auto index = to_integer(path.substr(0, end));
    auto count = static_cast<std::int64_t>(node.children.size());
    if (!index || *index < 0 || *index >= count) {
      faults_.report(at_, fmt::format("{} is no item of a list of {}; items count from 0",
                                      in_quotes(path.substr(0, end)), count));
      return false;
    }
    auto rest = end == path.size() ? std::string_view{} : path.substr(end + 1);
    return write_at(node.children[static_cast<std::size_t>(*index)], rest,
                    {what.items, nullptr, what.items == nullptr});
  }

  // A key that is not there yet but might be.
  bool add(document_node& node, std::string_view path, const meaning& what) {
    auto end = std::min(path.find('.'), path.size());
    auto name = path.substr(0, end);
    const auto* spec = what.table == nullptr ? nullptr : what.table->find(name);
    auto own_name = what.table == nullptr && what.any_name && end == path.size();
    if (name.empty() ||
        (spec == nullptr && !own_name && !(what.items != nullptr && what.any_name)) ||
        (what.items != nullptr && what.any_name && !node.children.empty()))
      return unknown(node, name, what);
    auto entry = empty_map();
    entry.at = at_;
    if (end == path.size())
      entry = std::move(value_);
    else if (!write_inside(entry, path.substr(end + 1), inside(what, name)))
      return false;
    entry.key_at = at_;
    node.add(name, std::move(entry));
    return true;
  }

  bool unknown(const document_node& node, std::string_view name, const meaning& what) {
    std::vector<std::string_view> names;
    for (const auto& entry : node.entries())
      names.push_back(entry.key);
    if (what.table != nullptr)
      for (auto key : what.table->names())
        names.push_back(key);
    auto hint = did_you_mean(name, names);
    faults_.report(at_, fmt::format("nothing is named {} there{}", in_quotes(name),
                                    hint.empty() ? "; name a key that the scenario has" : hint));
    return false;
  }

  diagnostics& faults_;
  file_position at_;
  std::string_view key_;
  document_node value_;
};

} // namespace

void apply_overrides(document_node& document, const key_table& keys,
                     const std::vector<std::string>& overrides, diagnostics& faults) {
  constexpr std::size_t override_bytes_max = 1u << 16;
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    std::string_view text = overrides[i];
    auto number = static_cast<int>(i);
    auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      faults.report({0, number},
                    "expected KEY=VALUE such as auth.userpass.users.amy.token_ttl=30m");
      continue;
    }
    auto value = text.size() > override_bytes_max
                     ? std::nullopt
                     : read_value(text.substr(equals + 1), {0, number});
    if (!value)
      faults.report({0, number}, "the value is no YAML; quote it");
    else
      override_writer{faults, number, text.substr(0, equals), std::move(*value)}.write(document,
                                                                                       keys);
  }
}

} // namespace lapse::document
