#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lapse::document {

// How a table of keys is written: which keys a mapping may have and what their values look like.
// The tables of the scenario language stand in sim/language.

struct key_table;

/// What a value looks like before its meaning is known.
enum class value_shape : std::uint8_t {
  text,       ///< any scalar
  handle,     ///< a scalar that names a handle
  new_handle, ///< the same, of a handle that gets its name here
  path,       ///< a scalar that is an API path or a mount
  word,       ///< one of `words`
  flag,       ///< true or false
  number,     ///< a whole number from 0
  duration,   ///< a duration of any sign, as the server reads it
  span,       ///< a duration from 0: times and intervals of the timeline
  timestamp,  ///< RFC 3339
  names,      ///< a text or a list of texts
  policy,     ///< a policy's text, or `{ file: path }`
  json,       ///< anything
  object,     ///< a mapping of anything
  bounds,     ///< a number from 0, or `{ at_least, at_most }`
  integer,    ///< a whole number of any sign, or `{ at_least, at_most }`
  amount,     ///< a duration, or `{ at_least, at_most }` of durations
  states,     ///< a state word, a list of them, or the long form
  mapping,    ///< a mapping with the keys of `table`, or one of `words`, or of `element`'s shape
  map_of,     ///< names of the user's own, each with a value like `table`'s or of `element`'s shape
  list_of,    ///< a list of mappings with the keys of `table`
  expect      ///< answer or world expectations, depending on the step's verb
};

struct key_spec {
  std::string_view name;
  value_shape shape = value_shape::text;
  /// One or two sentences for people; editors show it.
  std::string_view doc = {};
  std::vector<std::string_view> words = {};
  /// For `mapping`, `map_of` and `list_of`; a function because tables refer to each other.
  const key_table& (*table)() = nullptr;
  /// `map_of` without `table`: shape of each value. `mapping`: that of a plain value in its place.
  value_shape element = value_shape::json;
  bool required = false;
};

struct key_table {
  /// Name of its definition in the schema.
  std::string_view name;
  /// What a mapping with these keys is: `a step`.
  std::string_view what;
  std::vector<key_spec> keys;
  /// Shape of keys of the user's own beside `keys` (world expectations: handles); `json`: none.
  value_shape other = value_shape::json;

  [[nodiscard]] const key_spec* find(std::string_view key) const noexcept;
  [[nodiscard]] std::vector<std::string_view> names() const;
};

/// What a value of this shape is, for messages: `a duration such as 90s or 1h30m`.
[[nodiscard]] std::string_view describe(value_shape shape) noexcept;

/// Why a text of the right form is refused nevertheless: a reader would look for a fault in its
/// form. Empty: it is not for its size.
[[nodiscard]] std::string_view too_large(std::string_view text, value_shape shape);

} // namespace lapse::document
