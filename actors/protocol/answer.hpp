#pragma once

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/ids.hpp"
#include "actors/protocol/time.hpp"
#include "actors/protocol/token_facts.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lapse {

/// The `auth` block of create, login and renewal. What it says of the token itself is what
/// was so at its making (R-1707).
struct auth_block {
  shared_facts facts;
  /// renew-accessor answers with an empty client_token.
  bool hide_token = false;
  /// Null or empty: left out.
  shared_names identity_policies;
  std::int64_t lease_duration_s = 0;
  /// Shown for a batch token too, which no use counter stands for.
  std::int64_t num_uses = 0;
};

/// The policies of an auth block: the token's own and its entity's, in byte order.
[[nodiscard]] shared_names all_policies(const auth_block& block);

/// The `data` of a token lookup: what the token is, and how it stands.
struct token_lookup {
  shared_facts facts;
  /// lookup-accessor answers with an empty id.
  bool hide_token = false;
  std::int64_t num_uses = 0;
  bool orphan = false;
  /// None: `null`, the token never expires.
  std::optional<instant> expire_time;
  std::int64_t ttl_s = 0;
  /// Null or empty: left out.
  shared_names identity_policies;
  std::optional<instant> last_renewal;
  bool renewable = false;
};

/// The `data` of sys/leases/lookup.
struct lease_lookup {
  lease_name lease;
  instant issue_time{0};
  std::optional<instant> expire_time;
  std::optional<instant> last_renewal;
  std::int64_t ttl_s = 0;
  bool renewable = false;
  /// Empty: left out.
  std::string revoke_error;
};

/// `wrap_info` (R-1006).
struct wrap_info {
  token_name token;
  std::int64_t ttl_s = 0;
  instant creation_time{0};
  std::string creation_path;
  /// Set when an auth block was wrapped.
  std::optional<token_name> wrapped;
  /// Set when a secret id of AppRole was wrapped: its accessor.
  std::string wrapped_secret_id;
};

/// The shape of an answer's body.
enum class envelope : std::uint8_t {
  none,      ///< no body (204, and 202 of an asynchronous revoke)
  normal,    ///< the seven keys of R-1701
  top_level, ///< the same, with each key of `data` at top level again (R-1702)
  raw,       ///< `data` alone is the body (health, unseal)
  text,      ///< no JSON: `data`, a text, is the body
  errors     ///< `{"errors": [...]}`, warnings beside it if any
};

/// The answer to one request. The typed alternatives are rendered to JSON only where text is
/// needed (`to_json`).
struct answer {
  int status = 204;
  envelope shape = envelope::none;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  /// Top-level lease of a secret.
  std::optional<lease_name> lease;
  bool renewable = false;
  std::int64_t lease_duration_s = 0;
  /// `std::monostate`: `data` and `auth` are null. `json`: the `data` block.
  std::variant<std::monostate, auth_block, token_lookup, lease_lookup, nlohmann::json> body;
  std::optional<wrap_info> wrap;
  /// The body of an unwrapped response, verbatim (R-1008): the answer that was wrapped.
  std::shared_ptr<const answer> unwrapped;

  [[nodiscard]] bool ok() const noexcept { return status < 400; }
};

/// 204 without a body.
[[nodiscard]] answer no_content();
/// The same, or 200 with `warnings` if there are any (R-1202, R-1701).
[[nodiscard]] answer no_content(std::vector<std::string> warnings);
/// 200 with a `data` block.
[[nodiscard]] answer data_answer(nlohmann::json data);
/// `status` with one bare error text (R-1204).
[[nodiscard]] answer error_answer(int status, std::string text);
/// `status` with the wrapped form `1 error occurred:\n\t* <text>\n\n` (R-1204).
[[nodiscard]] answer wrapped_error(int status, std::string_view text);
[[nodiscard]] std::string wrap_error_text(std::string_view text);
/// `status` with `{"errors":[]}`.
[[nodiscard]] answer bare_error(int status);
/// 404 `{"errors":[]}`: read or list of nothing (R-1704).
[[nodiscard]] answer nothing_found();
/// `status` without a body.
[[nodiscard]] answer bodiless(int status);
/// `status` with a body that is no JSON.
[[nodiscard]] answer text_answer(int status, std::string text);
/// 307; `shown`: a GET's has the new place in its body.
[[nodiscard]] answer redirect(std::string_view where, bool shown);
/// 200 with an `auth` block.
[[nodiscard]] answer auth_answer(auth_block block);

/// The answer whose body is shown: what was unwrapped (R-1008), otherwise `a` itself.
[[nodiscard]] const answer& shown(const answer& a) noexcept;

struct request;

/// Gives an answer the form that its request's verb and path ask for: none of a HEAD has a body,
/// and what lies at top level does so only where the path was written out (R-1218, R-1222).
void fit(answer& to, const request& what);

/// The reply body as the server writes it, without `request_id`; null where there is none, and
/// `{"$raw": TEXT}` for one that is no JSON.
/// `start_unix_s` is the Unix second of instant 0.
[[nodiscard]] nlohmann::json to_json(const answer& a, std::int64_t start_unix_s);

/// RFC 3339 in UTC, with nanoseconds if there are any.
[[nodiscard]] std::string rfc3339(instant at, std::int64_t start_unix_s);
[[nodiscard]] std::string rfc3339(unix_time at);

} // namespace lapse
