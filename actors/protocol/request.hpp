#pragma once

#include "actors/protocol/ids.hpp"
#include "actors/protocol/operation.hpp"
#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

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
  /// The JSON body, or what the query said (R-1220); null if there was none.
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

/// Paths of which the server itself says how it stands (R-1225).
[[nodiscard]] bool is_status_path(std::string_view path) noexcept;

/// Whether the path is one of those that answer before anybody asks who calls, also while the
/// server is sealed, and look at the method alone (R-307, R-1225).
[[nodiscard]] bool answers_status(const request& what) noexcept;

/// What happens to the outside world rather than to the API: scenario faults and `sim` lines.
struct fault {
  enum class kind : std::uint8_t {
    backend_down,
    backend_up,
    backend_slow,
    fail_revocation,
    // Between the server and its clients: those that come from outside feel them.
    outage,       ///< none of their requests gets through
    slow,         ///< each answer comes late
    lose_answers, ///< the server acts, and its answer gets lost
    renewals_fail ///< what a mount gave out cannot be renewed
  };
  kind what = kind::backend_down;
  /// Mount path with its final `/`; empty where none is meant.
  std::string mount;
  /// `only: revoke`: credentials are still given out.
  bool revoke_only = false;
  /// `takes:` of `backend_slow` and `slow`.
  duration takes{0};
  /// How long clients feel it; `never`: until it is undone.
  duration lasts = never;
  /// What an outage answers; 0: nobody answers.
  int status = 503;
  /// It is undone.
  bool over = false;
  /// The lease whose revocation the backend refuses (`fail_revocation`).
  lease_id lease;
};

/// Its name in scenario files and reports: `backend_down`.
[[nodiscard]] std::string_view to_string(fault::kind what) noexcept;

/// Whether it lies between the server and its clients, so that nothing in the server knows of it.
[[nodiscard]] constexpr bool hits_clients(fault::kind what) noexcept {
  return what >= fault::kind::outage;
}

} // namespace lapse
