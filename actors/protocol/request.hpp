#pragma once

#include "actors/protocol/ids.hpp"
#include "actors/protocol/operation.hpp"
#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse {

struct answer;

/// What a handler parsed out of a request's body. A pure function of the request, kept with it so
/// that a request issued a million times is parsed once.
struct parsed_body {
  virtual ~parsed_body() = default;
};

/// A logical API request, whoever made it: scenario step, transcript line, generated command
/// (everything is a request). Immutable once issued, and shared between issues.
struct request {
  operation op = operation::read;
  /// Without `/v1/` and without a query, e.g. `auth/token/create`.
  std::string path;
  /// The JSON body, or what the query said (R-1205); null if there was none.
  nlohmann::json body;
  /// The text of `X-Vault-Wrap-TTL`, unparsed (R-1003).
  std::optional<std::string> wrap_ttl;
  /// `X-Vault-Wrap-Format: jwt`: the wrapping token is to be a signed one.
  bool signed_wrapping = false;
  /// `X-Vault-Namespace` names another than the root namespace, and there is no other (R-1605).
  bool other_namespace = false;
  /// `sys%2Fmounts`: the front of the path is not known for what it is (R-1218).
  bool escaped_slash = false;
  /// What the HTTP server answers without asking the API (R-1218, R-1220); null: it asks.
  std::shared_ptr<const answer> settled;

  /// Memo of the handler that owns the path; see `parsed_body`.
  mutable std::shared_ptr<const parsed_body> parsed;

  /// Memo of the table of paths: what its path's row says of the fields sent.
  mutable std::shared_ptr<const parsed_body> checked;
};

using request_ptr = std::shared_ptr<const request>;

/// The token a request is made with: nothing, one the issuer knows, or some text it was given.
struct credential {
  token_id id;
  /// Used when `id` is 0; empty: no token at all.
  std::string text;
};

/// Names in any case.
using http_headers = std::vector<std::pair<std::string, std::string>>;

/// The token that headers carry: `X-Vault-Token`, or a bearer (R-1221).
[[nodiscard]] std::optional<std::string> token_of(const http_headers& headers);

/// Reads an HTTP request: its verb (GET, HEAD, LIST, SCAN, POST, PUT, DELETE, PATCH, HELP), what
/// comes after `/v1/` in its first line, and its body. `?list=true` makes a GET a list, `?help=1`
/// anything a request for help. The query joins the body as text where the verb has no
/// body. A list's path gets its final `/` if it has none (R-1704). None for an unknown verb.
[[nodiscard]] std::optional<request> parse_request(std::string_view method, std::string_view target,
                                                   nlohmann::json body);

/// The same for a body as it was sent, and with headers.
[[nodiscard]] std::optional<request> parse_raw_request(std::string_view method,
                                                       std::string_view target,
                                                       std::string_view body,
                                                       const http_headers& headers);

/// Takes over what the headers say but for the token.
void read_headers(const http_headers& headers, request& into);

/// Whether the path is one of those that answer before anybody asks who calls, also while the
/// server is sealed, and look at the method alone (R-307, R-1301).
[[nodiscard]] bool answers_status(const request& what) noexcept;

/// What happens to the outside world rather than to the API: scenario faults and `sim` lines.
struct fault {
  enum class kind : std::uint8_t { backend_down, backend_up, backend_slow, fail_revocation };
  kind what = kind::backend_down;
  /// Mount path with its final `/`; empty for `fail_revocation`.
  std::string mount;
  /// `only: revoke`: credentials are still given out.
  bool revoke_only = false;
  /// `takes:` of `backend_slow`.
  duration takes{0};
  /// The lease whose revocation the backend refuses (`fail_revocation`).
  lease_id lease;
};

} // namespace lapse
