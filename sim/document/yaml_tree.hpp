#pragma once

#include "sim/document/diagnostics.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

// The YAML text as a tree of our own, built from yaml-cpp's events instead of its nodes: events let
// us bound depth and size while reading, share aliased parts instead of copying them, and keep what
// YAML::Node loses (positions of keys, duplicate keys, tags, quotes).

struct yaml_node {
  enum class kind : std::uint8_t { null, scalar, sequence, map };
  kind what = kind::null;
  /// A scalar without quotes: `1h` as against `"1h"`.
  bool plain = true;
  /// Line 0: this came from override number `column`.
  file_position at;
  std::string text;
  /// Values in this node, aliases counted each time.
  std::size_t expanded = 1;
  /// Levels in this node, aliases followed.
  std::size_t depth = 1;
  /// Items of a sequence; key, value, key, value … of a map. Owned by the tree.
  std::vector<const yaml_node*> children;

  [[nodiscard]] bool is_null() const noexcept { return what == kind::null; }
  [[nodiscard]] bool is_scalar() const noexcept { return what == kind::scalar; }
  [[nodiscard]] bool is_sequence() const noexcept { return what == kind::sequence; }
  [[nodiscard]] bool is_map() const noexcept { return what == kind::map; }

  /// Value of a key; null pointer if the map has no such key or this is no map.
  [[nodiscard]] const yaml_node* find(std::string_view key) const noexcept;
  /// The key's own node.
  [[nodiscard]] const yaml_node* find_key(std::string_view key) const noexcept;
};

/// Owns its nodes. Only the parser and the overrides change it.
class yaml_tree {
public:
  [[nodiscard]] yaml_node* add(yaml_node node);

  [[nodiscard]] const yaml_node* root() const noexcept { return root_; }
  void root(const yaml_node* node) noexcept { root_ = node; }

private:
  std::deque<yaml_node> nodes_;
  const yaml_node* root_ = nullptr;
};

/// Reads `text` into `tree`. False if there is nothing to go on with; faults are then in `faults`.
/// Duplicate keys and tags are reported there too but do not stop the reading.
[[nodiscard]] bool read_yaml(std::string_view text, yaml_tree& tree, diagnostics& faults);

/// Reads the value of an override into `tree`: a scalar, or a list or map in flow form. Null
/// pointer if it is no YAML. All its nodes get the position `at`.
[[nodiscard]] const yaml_node* read_yaml_value(std::string_view text, file_position at,
                                               yaml_tree& tree);

} // namespace lapse
