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
// error, or none and its result in `out`; a field that is given twice adds to what is there, as on
// the server.

using decode_error = std::optional<policy_error>;

[[nodiscard]] decode_error decode_string(std::string_view field, const hcl_node& node,
                                         std::string& out);

[[nodiscard]] decode_error decode_strings(std::string_view field, const hcl_node& node,
                                          std::vector<std::string>& out);

[[nodiscard]] decode_error decode_parameters(std::string_view field, const hcl_node& node,
                                             parameter_rules& out);

[[nodiscard]] decode_error decode_integer(std::string_view field, const hcl_node& node,
                                          std::int64_t& out);

/// Any value as JSON; an object becomes a list of one object, as the server has it.
[[nodiscard]] nlohmann::json decode_any(const hcl_node& node);

} // namespace lapse::policy
