#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

// A scenario as a tree that can be changed and written out again. Nodes are named by numbers that
// outlive every change around them, so that a list of parts to remove stays true while some of them
// go.

/// Names a node in all documents that came from the same text.
using node_id = std::uint32_t;

struct document_node {
  enum class kind : std::uint8_t { null, scalar, sequence, map };

  node_id id = 0;
  kind what = kind::null;
  /// False for a scalar that would mean something else without its quotes: a number, a flag, a
  /// range.
  bool plain = true;
  /// The key it has in its map; empty elsewhere.
  std::string key;
  std::string text;
  /// Items of a sequence, values of a map in their order.
  std::vector<document_node> children;

  [[nodiscard]] bool is_scalar() const noexcept { return what == kind::scalar; }
  [[nodiscard]] bool is_sequence() const noexcept { return what == kind::sequence; }
  [[nodiscard]] bool is_map() const noexcept { return what == kind::map; }

  /// Value of a key; null if this is no map or has no such key.
  [[nodiscard]] document_node* find(std::string_view name) noexcept;
  [[nodiscard]] const document_node* find(std::string_view name) const noexcept;
  /// Text of a scalar value of a key; empty if there is none.
  [[nodiscard]] std::string_view text_of(std::string_view name) const noexcept;
  /// True if there was such a key.
  bool erase(std::string_view name);
};

/// A plain scalar to put into a map under `key`; it has the number of no other node's.
[[nodiscard]] document_node plain_entry(std::string_view key, std::string text);

/// Equal but for the numbers of nodes.
[[nodiscard]] bool same_content(const document_node& a, const document_node& b);

/// Reads a scenario's text; none if it is no YAML mapping, or one with duplicate keys or tags.
/// Comments are lost, aliases are written out. Bounds are those of `read_yaml`.
[[nodiscard]] std::optional<document_node> read_document(std::string_view text);

/// The document as YAML for people: block style, one blank line between sections, `|` for texts of
/// several lines, short maps in braces, quotes only where the text would mean something else.
/// `read_document` reads it back to the same content.
[[nodiscard]] std::string write_document(const document_node& document);

/// The list of steps inside of a step: that of `repeat` or `together`; null if it has none.
[[nodiscard]] document_node* inner_steps(document_node& step) noexcept;
[[nodiscard]] const document_node* inner_steps(const document_node& step) noexcept;

} // namespace lapse
