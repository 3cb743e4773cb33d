#include "sim/document/overrides.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lapse {

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
  override_writer(yaml_tree& tree, diagnostics& faults, int number, std::string_view key,
                  const yaml_node* value)
    : tree_(tree), faults_(faults), at_{0, number}, key_(key), value_(value) {}

  void write(const key_table& keys) {
    if (const auto* root = replaced(*tree_.root(), key_, {&keys, nullptr, false}))
      tree_.root(root);
  }

private:
  // A copy of `node` in which what `path` names is the value; null pointer after a fault.
  const yaml_node* replaced(const yaml_node& node, std::string_view path, const meaning& what) {
    if (node.is_map())
      return in_map(node, path, what);
    if (node.is_sequence())
      return in_sequence(node, path, what);
    faults_.report(at_, fmt::format("{} is a plain value and has nothing inside; name a key that "
                                    "exists",
                                    in_quotes(key_.substr(0, key_.size() - path.size() - 1))));
    return nullptr;
  }

  const yaml_node* next(const yaml_node& child, std::string_view rest, const meaning& what) {
    return rest.empty() ? value_ : replaced(child, rest, what);
  }

  // The key may have dots in it, so the longest one that fits is taken.
  const yaml_node* in_map(const yaml_node& node, std::string_view path, const meaning& what) {
    for (auto end = path.size(); end != std::string_view::npos && end > 0;
         end = path.rfind('.', end - 1)) {
      auto name = path.substr(0, end);
      for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
        const std::string_view key = node.children[i]->text;
        if (!node.children[i]->is_scalar() || (key != name && key != std::string{name} + "/"))
          continue;
        auto rest = end == path.size() ? std::string_view{} : path.substr(end + 1);
        const auto* changed = next(*node.children[i + 1], rest, inside(what, key));
        return changed == nullptr ? nullptr : with_child(node, i + 1, changed);
      }
      if (end == 0)
        break;
    }
    return added(node, path, what);
  }

  static meaning inside(const meaning& what, std::string_view key) {
    if (what.table != nullptr)
      return meaning_of(what.table->find(key));
    return {what.items, nullptr, what.items == nullptr};
  }

  const yaml_node* in_sequence(const yaml_node& node, std::string_view path, const meaning& what) {
    auto end = std::min(path.find('.'), path.size());
    auto index = to_integer(path.substr(0, end));
    auto count = static_cast<std::int64_t>(node.children.size());
    if (!index || *index < 0 || *index >= count) {
      faults_.report(at_, fmt::format("{} is no item of a list of {}; items count from 0",
                                      in_quotes(path.substr(0, end)), count));
      return nullptr;
    }
    auto i = static_cast<std::size_t>(*index);
    auto rest = end == path.size() ? std::string_view{} : path.substr(end + 1);
    const auto* changed =
        next(*node.children[i], rest, {what.items, nullptr, what.items == nullptr});
    return changed == nullptr ? nullptr : with_child(node, i, changed);
  }

  // A key that is not there yet but might be.
  const yaml_node* added(const yaml_node& node, std::string_view path, const meaning& what) {
    auto end = std::min(path.find('.'), path.size());
    auto name = path.substr(0, end);
    const auto* spec = what.table == nullptr ? nullptr : what.table->find(name);
    auto own_name = what.table == nullptr && what.any_name && end == path.size();
    if (name.empty() ||
        (spec == nullptr && !own_name && !(what.items != nullptr && what.any_name)) ||
        (what.items != nullptr && what.any_name && !node.children.empty())) {
      unknown(node, name, what);
      return nullptr;
    }
    const auto* changed = value_;
    if (end != path.size()) {
      yaml_node empty;
      empty.what = yaml_node::kind::map;
      empty.at = at_;
      changed = replaced(empty, path.substr(end + 1), inside(what, name));
    }
    if (changed == nullptr)
      return nullptr;
    yaml_node key;
    key.what = yaml_node::kind::scalar;
    key.at = at_;
    key.text = name;
    auto copy = node;
    copy.children.push_back(tree_.add(std::move(key)));
    copy.children.push_back(changed);
    return tree_.add(std::move(copy));
  }

  void unknown(const yaml_node& node, std::string_view name, const meaning& what) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2)
      names.push_back(node.children[i]->text);
    if (what.table != nullptr)
      for (auto key : what.table->names())
        names.push_back(key);
    auto hint = did_you_mean(name, names);
    faults_.report(at_, fmt::format("nothing is named {} there{}", in_quotes(name),
                                    hint.empty() ? "; name a key that the scenario has" : hint));
  }

  const yaml_node* with_child(const yaml_node& node, std::size_t index, const yaml_node* child) {
    auto copy = node;
    copy.children[index] = child;
    return tree_.add(std::move(copy));
  }

  yaml_tree& tree_;
  diagnostics& faults_;
  file_position at_;
  std::string_view key_;
  const yaml_node* value_;
};

} // namespace

void apply_overrides(yaml_tree& tree, const key_table& keys,
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
    const auto* value = text.size() > override_bytes_max
                            ? nullptr
                            : read_yaml_value(text.substr(equals + 1), {0, number}, tree);
    if (value == nullptr)
      faults.report({0, number}, "the value is no YAML; quote it");
    else
      override_writer{tree, faults, number, text.substr(0, equals), value}.write(keys);
  }
}

} // namespace lapse
