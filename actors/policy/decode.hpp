#pragma once

#include "actors/policy/hcl_document.hpp"
#include "actors/policy/parse.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

// The conversions of parsed values to fields, with the server's error texts. Each returns the
// error, or none and its result in `out`. A field that is given twice adds to what is there, or
// takes its place where a single value is wanted, as on the server.

using decode_error = std::optional<policy_error>;

/// One field of an object: its name in texts of errors, such as `root.Capabilities`, and each value
/// it is given. What has further keys (`name "x" { … }`) comes first, as one object of those.
struct hcl_field {
  /// @param items outlive the field.
  hcl_field(std::string name, const std::vector<hcl_item>& items, std::string_view key);

  /// A value that is an object counts as the list of its items in texts of errors.
  std::string name;
  std::optional<hcl_node> keyed;
  std::vector<const hcl_node*> plain;

  /// Calls `decode` with each value until one gives an error.
  template <class Decode>
  decode_error each(const Decode& decode) const {
    if (keyed)
      if (auto error = decode(*keyed))
        return error;
    for (const auto* value : plain)
      if (auto error = decode(*value))
        return error;
    return {};
  }
};

[[nodiscard]] decode_error decode_string(const hcl_field& field, std::string& out);

[[nodiscard]] decode_error decode_strings(const hcl_field& field, std::vector<std::string>& out);

[[nodiscard]] decode_error decode_parameters(const hcl_field& field, parameter_rules& out);

[[nodiscard]] decode_error decode_integer(const hcl_field& field, std::int64_t& out);

/// A duration as a number of seconds or a text; the error text has the field's bare name.
[[nodiscard]] decode_error decode_duration(const hcl_field& field, std::string_view bare_name,
                                           duration& out);

} // namespace lapse::policy
