#pragma once

#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lapse::sequential {

/// The parameters of a request's body, converted as the server converts them (R-1709, R-1710).
/// A getter of a value that cannot be converted gives the zero value and keeps the first error.
class fields {
public:
  explicit fields(const nlohmann::json& body);

  /// Present and not null.
  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] const nlohmann::json* raw(const std::string& name) const;

  [[nodiscard]] std::string text(const std::string& name);
  [[nodiscard]] bool flag(const std::string& name, bool otherwise = false);
  [[nodiscard]] std::int64_t whole(const std::string& name);
  /// A list of texts; a single text is one element.
  [[nodiscard]] std::vector<std::string> names(const std::string& name);
  /// The same, but a single text is split at its commas.
  [[nodiscard]] std::vector<std::string> comma_names(const std::string& name);
  /// Whole seconds; negative ones are refused.
  [[nodiscard]] duration whole_seconds(const std::string& name);
  [[nodiscard]] std::optional<std::map<std::string, std::string>> pairs(const std::string& name);

  /// `error converting input for field "F": ...` of the first bad value, or empty.
  [[nodiscard]] const std::string& error() const { return error_; }

  /// The warning about unknown parameters, or empty. Call after the getters.
  [[nodiscard]] std::string unknown() const;

private:
  [[nodiscard]] std::string as_text(const std::string& name, const nlohmann::json& value,
                                    const std::string& where);
  void refuse(const std::string& name, const std::string& why);

  const nlohmann::json& body_;
  std::set<std::string> asked_;
  std::string error_;
};

/// A JSON number or truth value as the server writes it into a text field.
[[nodiscard]] std::optional<std::string> scalar_text(const nlohmann::json& value);

} // namespace lapse::sequential
