#pragma once

#include "sim/document/file_position.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::document {

// A scenario as a tree that can be read, changed and written. The loader compiles it, `--set` and
// drawn values change it, shrinking takes parts out of it, the generator builds it. Nodes know the
// places they were read from, for messages, and are named by numbers that outlive every change
// around them, so that a list of parts to remove stays true while some of them go.

/// Names a node in all documents that came from the same text; 0: none yet.
using node_id = std::uint32_t;

struct document_node {
  enum class kind : std::uint8_t { null, scalar, sequence, map };

  node_id id = 0;
  kind what = kind::null;
  /// A scalar without quotes: `1h` as against `"1h"`.
  bool plain = true;
  /// Line 0: this came from override number `column`, or was made.
  file_position at;
  /// Place of the key, as `at`.
  file_position key_at;
  /// The key it has in its map; empty elsewhere.
  std::string key;
  std::string text;
  /// Items of a sequence, values of a map in their order.
  std::vector<document_node> children;

  [[nodiscard]] bool is_null() const noexcept { return what == kind::null; }
  [[nodiscard]] bool is_scalar() const noexcept { return what == kind::scalar; }
  [[nodiscard]] bool is_sequence() const noexcept { return what == kind::sequence; }
  [[nodiscard]] bool is_map() const noexcept { return what == kind::map; }

  // -- reading -------------------------------------------------------------------------

  /// Values of a map with their keys; none of what is no map.
  [[nodiscard]] std::span<const document_node> entries() const noexcept;
  /// Items of a sequence; none of what is no sequence.
  [[nodiscard]] std::span<const document_node> items() const noexcept;
  /// Value of a key; null if this is no map or has no such key.
  [[nodiscard]] document_node* find(std::string_view name) noexcept;
  [[nodiscard]] const document_node* find(std::string_view name) const noexcept;
  /// The same of a scalar alone.
  [[nodiscard]] const document_node* scalar(std::string_view name) const noexcept;
  /// Text of a scalar value of a key; empty if there is none.
  [[nodiscard]] std::string_view text_of(std::string_view name) const noexcept;
  /// Whether it is, or may be written as, a scalar without quotes: its text means nothing else.
  [[nodiscard]] bool bare() const noexcept;

  // -- changing ------------------------------------------------------------------------

  /// Appends a value to a map; what it is called before is lost.
  document_node& add(std::string_view name, document_node value);
  /// True if there was such a key.
  bool erase(std::string_view name);
};

/// Entries of a map that may not be there.
[[nodiscard]] inline std::span<const document_node> entries_of(const document_node* map) noexcept {
  return map == nullptr ? std::span<const document_node>{} : map->entries();
}
[[nodiscard]] inline std::span<const document_node> items_of(const document_node* list) noexcept {
  return list == nullptr ? std::span<const document_node>{} : list->items();
}

// -- making ----------------------------------------------------------------------------

/// A scalar without quotes, unless its text needs them.
[[nodiscard]] document_node plain_value(std::string text);
/// A scalar that is a text, whatever its text looks like.
[[nodiscard]] document_node quoted_value(std::string text);
[[nodiscard]] document_node sequence_of(std::vector<document_node> items = {});
[[nodiscard]] document_node empty_map();
/// A map of one entry.
[[nodiscard]] document_node map_with(std::string_view key, document_node value);
[[nodiscard]] document_node map_with(std::string_view key, std::string value);

/// A plain scalar to put into a map under `key`; it has the number of no other node's.
[[nodiscard]] document_node plain_entry(std::string_view key, std::string text);

/// Gives every node a number, in file order from 1.
void number_nodes(document_node& document);

/// Equal but for numbers and places.
[[nodiscard]] bool same_content(const document_node& a, const document_node& b);

} // namespace lapse::document
