#pragma once

#include "actors/api/field_kind.hpp"
#include "actors/api/path_pattern.hpp"

#include <span>

namespace lapse::api {

/// The fields of one request as its path declares them: what the path captured goes before what
/// the body or query says, and defaults fill in the rest. Whoever hands it out has checked that all
/// that is given can be converted. Holds references: request and path table must outlive it.
class field_data {
public:
  field_data(std::span<const field_row> schema, const path_captures& captures,
             const nlohmann::json& body) noexcept
    : schema_(schema), captures_(captures), body_(&body) {}

  /// Whether the request says anything of this field. Null counts as the kind's zero value, but
  /// for durations and instants, where it says nothing.
  [[nodiscard]] bool given(std::string_view name) const;

  /// Whether the path knows a field of this name.
  [[nodiscard]] bool declares(std::string_view name) const noexcept;

  /// Of the kinds `text` and `lower_text`.
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  /// Of the kinds `seconds` and `signed_seconds`.
  [[nodiscard]] duration seconds(std::string_view name) const;
  [[nodiscard]] unix_time time(std::string_view name) const;
  /// Of the kinds `list` and `comma_list`.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name) const;
  [[nodiscard]] std::map<std::string, std::string> pairs(std::string_view name) const;
  [[nodiscard]] nlohmann::json object(std::string_view name) const;

  // Put the field's value into `into` if the field is given; tell whether it is.

  bool take(std::string_view name, std::string& into) const;
  bool take(std::string_view name, std::int64_t& into) const;
  bool take(std::string_view name, bool& into) const;
  bool take(std::string_view name, duration& into) const;
  bool take(std::string_view name, std::vector<std::string>& into) const;

  /// What the path says at `name`; empty if it says nothing.
  [[nodiscard]] std::string_view captured(std::string_view name) const noexcept;

  /// Body or query as sent; null if there was none.
  [[nodiscard]] const nlohmann::json& body() const noexcept { return *body_; }

private:
  template <class T>
  [[nodiscard]] T value(std::string_view name, decoded<T> (*decode)(const nlohmann::json&)) const;
  [[nodiscard]] const field_row& row(std::string_view name) const;
  [[nodiscard]] const nlohmann::json* sent(std::string_view name) const;

  std::span<const field_row> schema_;
  path_captures captures_;
  const nlohmann::json* body_;
};

} // namespace lapse::api
