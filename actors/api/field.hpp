#pragma once

#include "actors/api/field_kind.hpp"
#include "actors/protocol/answer.hpp"

#include <optional>

namespace lapse::api {

/// A field of a JSON object, converted to the type that is wanted: a value, nothing (absent or
/// null), or an error text `error converting input for field "F": …` (R-1709).
template <class T>
struct field {
  std::optional<T> value;
  std::string error;

  [[nodiscard]] bool ok() const noexcept { return error.empty(); }
  [[nodiscard]] bool given() const noexcept { return value.has_value(); }
};

/// Reads fields out of an object that no path declares, such as the `config` of a mount, with the
/// server's lenient conversions. Holds a reference: the object must outlive the reader. What is no
/// object has no fields.
class field_reader {
public:
  explicit field_reader(const nlohmann::json& body) noexcept : body_(body) {}

  /// Whether the field is there and not null.
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  [[nodiscard]] field<std::string> text(std::string_view name) const;
  [[nodiscard]] field<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] field<bool> boolean(std::string_view name) const;
  [[nodiscard]] field<duration> seconds(std::string_view name) const;
  [[nodiscard]] field<std::vector<std::string>> list(std::string_view name) const;
  [[nodiscard]] field<std::vector<std::string>> comma_list(std::string_view name) const;
  [[nodiscard]] field<std::map<std::string, std::string>> pairs(std::string_view name) const;
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

/// `error converting input for field "NAME": WHY`.
[[nodiscard]] std::string field_error(std::string_view name, std::string_view why);

} // namespace lapse::api
