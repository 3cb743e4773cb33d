#pragma once

#include "actors/policy/builtin.hpp"
#include "actors/policy/policy.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace lapse::policy {

/// Why a policy text was refused. `line` and `column` count from 1, in characters, inside the text,
/// and are 0 when the error has no place.
struct policy_error {
  /// The server's text without its prefix `failed to parse policy: `.
  std::string text;
  int line = 0;
  int column = 0;
};

/// Reads a policy in the server's language, HCL or JSON, or base64 of either (R-1716). Blocks that
/// have expired at `now_unix_seconds` are left out; templates are kept for the ACL.
///
/// An empty text is an error, `'policy' parameter not supplied or empty`, which the server answers
/// without the prefix. Never crashes and takes linear time: nesting is bounded.
[[nodiscard]] tl::expected<policy, policy_error>
read_policy(std::string_view name, std::string_view text, std::int64_t now_unix_seconds);

} // namespace lapse::policy
