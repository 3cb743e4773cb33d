#pragma once

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace lapse::http {

/// Reads a request's body as the server does (R-1220): the first JSON value counts, what comes
/// after it must be JSON too, bytes that are no UTF-8 become U+FFFD, of equal keys the last holds.
/// Null: there is none. The error is the server's text, from `failed to decode JSON input: ` on.
[[nodiscard]] tl::expected<nlohmann::json, std::string> read_json_body(std::string_view text);

/// Why `body` cannot be taken for an object of the server's type `wanted`; empty if it can. Null is
/// an empty object.
[[nodiscard]] std::string object_error(const nlohmann::json& body, std::string_view wanted);

/// What ordinary requests are read into.
inline constexpr std::string_view any_object = "map[string]interface {}";

} // namespace lapse::http
