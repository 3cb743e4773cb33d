#pragma once

#include "actors/protocol/request.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::http {

/// Names in any case.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// The verb of HTTP that asks for an operation; POST for both kinds of writes.
[[nodiscard]] std::string_view method_of(operation op) noexcept;

/// The token that headers carry: `X-Vault-Token`, or a bearer (R-1221).
[[nodiscard]] std::optional<std::string> token_of(const header_list& headers);

/// Reads an HTTP request: its verb (GET, HEAD, LIST, SCAN, POST, PUT, DELETE, PATCH, HELP), what
/// comes after `/v1/` in its first line, and its body. `?list=true` makes a GET a list, `?help=1`
/// anything a request for help (R-1223). The query joins the body as text where the verb has no
/// body. A list's path gets its final `/` if it has none (R-1704). None for an unknown verb.
[[nodiscard]] std::optional<request> parse_request(std::string_view method, std::string_view target,
                                                   nlohmann::json body);

/// The same for a body as it was sent, and with headers.
[[nodiscard]] std::optional<request> parse_raw_request(std::string_view method,
                                                       std::string_view target,
                                                       std::string_view body,
                                                       const header_list& headers);

/// Takes over what the headers say but for the token.
void read_headers(const header_list& headers, request& into);

} // namespace lapse::http
