#pragma once

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::api {

/// What kind of value a field takes, and by that how what a client sends is converted (R-1709,
/// R-1710).
enum class field_kind : std::uint8_t {
  text,
  lower_text, ///< text, taken in lower case
  integer,
  boolean,
  seconds,        ///< a duration of whole seconds, never negative
  signed_seconds, ///< a duration of whole seconds
  time,           ///< a point in time: RFC 3339 or Unix seconds
  list,           ///< texts; a single value is a list of one, `"a,b"` one text
  comma_list,     ///< texts; a text is split at commas
  comma_integers, ///< integers; a text is split at commas
  pairs,          ///< texts by name: an object, a list of objects, or `key=value` texts
  object          ///< as it is
};

/// One field of a path: what requests may send, whether in the body, the query or the path.
struct field_row {
  std::string_view name;
  field_kind kind = field_kind::text;
  /// What holds when the field is not sent, as a client would write it; empty: the kind's zero.
  std::string_view fallback = {};
  /// The item means nothing without it. Told to readers; a handler refuses in its own words.
  bool required = false;
  /// For those who ask the path for help.
  std::string_view help = {};
};

template <class T>
using decoded = tl::expected<T, std::string>;

// The conversions. Each takes null for its zero, as a server does; the error is the text that
// comes after `error converting input for field "F": `.

[[nodiscard]] decoded<std::string> decode_text(const nlohmann::json& value);
/// Text is read as Go reads it: decimal, `0x`, `0o`, `0b`, `1_000`; `true` is 1.
[[nodiscard]] decoded<std::int64_t> decode_integer(const nlohmann::json& value);
/// `true`, `t`, `1` and so on; numbers by their text.
[[nodiscard]] decoded<bool> decode_boolean(const nlohmann::json& value);
/// Parts of a second are dropped. `""` is zero.
[[nodiscard]] decoded<duration> decode_signed_seconds(const nlohmann::json& value);
[[nodiscard]] decoded<duration> decode_seconds(const nlohmann::json& value);
[[nodiscard]] decoded<unix_time> decode_time(const nlohmann::json& value);
[[nodiscard]] decoded<std::vector<std::string>> decode_list(const nlohmann::json& value);
[[nodiscard]] decoded<std::vector<std::string>> decode_comma_list(const nlohmann::json& value);
[[nodiscard]] decoded<std::vector<std::int64_t>> decode_comma_integers(const nlohmann::json& value);
[[nodiscard]] decoded<std::map<std::string, std::string>> decode_pairs(const nlohmann::json& value);
[[nodiscard]] decoded<nlohmann::json> decode_object(const nlohmann::json& value);

/// Why `value` cannot be converted to `kind`; empty if it can.
[[nodiscard]] std::string conversion_error(field_kind kind, const nlohmann::json& value);

} // namespace lapse::api
