#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse {

/// A field of a request's body, converted to the type its endpoint wants: a value, nothing (absent
/// or null), or an error text `error converting input for field "F": …` (R-1709).
template <class T>
struct field {
  std::optional<T> value;
  std::string error;

  [[nodiscard]] bool ok() const noexcept { return error.empty(); }
  [[nodiscard]] bool given() const noexcept { return value.has_value(); }
};

/// Reads fields out of a request's body with the server's lenient conversions (R-1709, R-1710).
/// Holds a reference: the body must outlive the reader. A body that is no object has no fields.
class field_reader {
public:
  explicit field_reader(const nlohmann::json& body) noexcept : body_(body) {}

  /// Whether the field is there and not null.
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  /// Numbers are taken as their text, `true` as `1`, `false` as `0`.
  [[nodiscard]] field<std::string> text(std::string_view name) const;

  /// Text is read as Go reads it: decimal, `0x`, `0o`, `0b`; `true` is 1.
  [[nodiscard]] field<std::int64_t> integer(std::string_view name) const;

  /// `true`, `t`, `1` and so on; numbers by their text.
  [[nodiscard]] field<bool> boolean(std::string_view name) const;

  /// A duration in whole seconds, never negative; parts of a second are dropped. `""` is zero.
  [[nodiscard]] field<duration> seconds(std::string_view name) const;

  /// A list of texts; a single value is a list of one, `"a,b"` one text. Elements are trimmed.
  [[nodiscard]] field<std::vector<std::string>> list(std::string_view name) const;

  /// A list of texts; a text is split at commas. Elements are trimmed.
  [[nodiscard]] field<std::vector<std::string>> comma_list(std::string_view name) const;

  /// A map of texts: an object, a list of objects, or `key=value` texts.
  [[nodiscard]] field<std::map<std::string, std::string>> pairs(std::string_view name) const;

  /// An object as it is.
  [[nodiscard]] field<nlohmann::json> object(std::string_view name) const;

private:
  [[nodiscard]] const nlohmann::json* find(std::string_view name) const;

  const nlohmann::json& body_;
};

/// Puts a given field's value into `into`. False: the field could not be converted, and `error`
/// says why.
template <class T>
[[nodiscard]] bool assign(field<T> from, T& into, std::string& error) {
  if (!from.ok()) {
    error = std::move(from.error);
    return false;
  }
  if (from.value)
    into = std::move(*from.value);
  return true;
}

/// 400 for a field that could not be converted, as paths without an existence check answer it;
/// those with one give the bare text (R-207, R-1712).
[[nodiscard]] answer field_validation_failed(std::string_view error);

/// `Endpoint ignored these unrecognized parameters: [a b]` for the keys of `body` that are not in
/// `known`; empty if there are none. Answers without a body cannot carry it.
[[nodiscard]] std::string ignored_parameters(const nlohmann::json& body,
                                             std::initializer_list<std::string_view> known);
[[nodiscard]] std::string ignored_parameters(const nlohmann::json& body,
                                             const std::vector<std::string_view>& known);

} // namespace lapse
