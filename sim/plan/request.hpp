#pragma once

#include "actors/protocol/request.hpp"
#include "sim/plan/values.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lapse::plan {

/// A request as the file writes it. `fixed` is set where nothing in it has to be filled in; it is
/// then the same object for every issue, so that its body is parsed once.
struct step_template {
  /// HTTP verb for `parse_request`.
  std::string method;
  /// Path without `/v1/`, with the query if any.
  issued_text path;
  nlohmann::json body;
  std::vector<body_hole> holes;
  std::vector<body_key_hole> key_holes;
  /// The body as it is sent; then `body` is unused.
  std::optional<std::string> raw;
  /// Those besides token and wrap TTL.
  std::vector<std::pair<std::string, std::string>> headers;
  /// `X-Vault-Wrap-TTL`.
  std::optional<std::variant<issued_text, ranged<duration>>> wrap_ttl;
  request_ptr fixed;
};
/// Short for readers of plans; the transcripts' type of that name is another.
using request_template = step_template;

/// Who makes a request.
struct caller {
  enum class kind : std::uint8_t { nobody, handle, text };
  kind who = kind::handle;
  handle_ref handle;
  /// `X-Vault-Token` of a raw request.
  issued_text text;
};

/// What an answer gives a name to.
struct binding {
  enum class kind : std::uint8_t {
    token,   ///< the verb's own handle: the token of the `auth` block; if the answer was wrapped,
             ///< the token inside
    saved,   ///< `save:` the lease if there is one, else the token, else the value; if wrapped,
             ///< inside
    wrapping ///< `wrap:` the wrapping token
  };
  kind what = kind::token;
  counted_text handle;
  document::file_position where;
};

} // namespace lapse::plan
