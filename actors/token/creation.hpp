#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/request.hpp"
#include "actors/token/estate.hpp"
#include "actors/token/record.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lapse {

/// The body of a create request, parsed once (12.1, R-1709).
struct create_params : parsed_body {
  /// Set if a field had the wrong type: the whole answer's text.
  std::string field_error;

  std::string id;
  bool has_id = false;
  std::string display_name;
  std::int64_t num_uses = 0;
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

  /// The parsed body of `what`, from its memo if it has been parsed before.
  /// Good as long as the request.
  [[nodiscard]] static const create_params& of(const request& what);
};

/// The caller of a create request, as far as creation asks.
struct creator {
  const token_record& record;
  /// `num_uses` after this call's decrement; -1 on the last use.
  std::int64_t uses_left = 0;
  bool sudo = false;
  bool root = false;
};

/// What is to be made: the record without its name, and the warnings of the answer in the order
/// of R-1706.
struct token_plan {
  token_record record;
  std::vector<std::string> warnings;
};

/// Resolves a create request by R-203, in that order of checks: a plan, or the refusal.
/// @param role_name empty: no role.
/// @param orphan_path the request came in on `auth/token/create-orphan`.
[[nodiscard]] std::variant<token_plan, answer> plan_token(estate& shared, const creator& by,
                                                          const create_params& params,
                                                          std::string_view role_name,
                                                          bool orphan_path);

/// A token as audit entries show it (R-1102), without what belongs to one request.
[[nodiscard]] caller_view view_of(const token_record& record);

/// The auth block of a token as its creation shows it.
[[nodiscard]] auth_block auth_of(const token_record& record);

} // namespace lapse
