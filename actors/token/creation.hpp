#pragma once

#include "actors/api/field_data.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/protocol/request.hpp"
#include "actors/token/server_data.hpp"

#include <string>
#include <vector>

namespace lapse::token {

/// The fields of a create request, read once (R-1206, R-1709).
struct create_params : parsed_body {
  std::string id;
  std::string display_name;
  std::int64_t num_uses = 0;
  /// Policies were asked for, be it only blank ones: the parent's are not inherited.
  bool asks_policies = false;
  std::vector<std::string> policies; ///< as asked, normalised, `default` not added
  shared_names with_default;         ///< the same with `default` added
  shared_names without_default;      ///< the same with `default` stripped
  std::string ttl;
  std::string lease;
  std::string explicit_max_ttl;
  std::string period;
  bool no_parent = false;
  bool no_default_policy = false;
  bool renewable = true;
  shared_map meta;
  std::string type;
  std::string entity_alias;

  /// The fields of `what`, from its memo if they have been read before. Good as long as the
  /// request.
  [[nodiscard]] static const create_params& of(const request& what, const api::field_data& in);
};

/// The caller of a create request, as far as creation asks.
struct creator {
  const token_facts& facts;
  /// `num_uses` after this call's decrement; -1 on the last use.
  std::int64_t uses_left = 0;
  bool sudo = false;
  bool root = false;
};

/// What is to be made: the facts without the id, and the warnings of the answer in the order of
/// R-1706.
struct token_plan {
  token_facts facts;
  runtime::path_bucket* bucket = nullptr; ///< of its path
  std::int64_t shown_uses = 0; ///< a batch token shows them once; they are not enforced (R-246)
  std::vector<std::string> warnings;
};

/// Why no token is made.
struct token_refusal {
  answer reply;
  refusal_ptr why; ///< what the answer does not say; null: it says all
};

/// Resolves a create request by R-203, in that order of checks: a plan, or the refusal.
/// @param role_name empty: no role.
/// @param orphan_path the request came in on `auth/token/create-orphan`.
[[nodiscard]] tl::expected<token_plan, token_refusal>
plan_token(server_data& shared, const creator& by, const create_params& params,
           std::string_view role_name, bool orphan_path);

} // namespace lapse::token
