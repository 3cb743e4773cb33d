#pragma once

#include "actors/protocol/time.hpp"
#include "actors/runtime/mount.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lapse {

/// The `token_*` parameters that users, roles and methods share: what a token made through
/// them is like. Durations are whole seconds; 0 means "not set" everywhere.
struct token_params {
  duration ttl{0};
  duration max_ttl{0};
  duration explicit_max_ttl{0};
  duration period{0};
  std::int64_t num_uses = 0;
  /// As written (R-1713).
  std::vector<std::string> policies;
  /// Normalised by `parse_addresses`.
  std::vector<std::string> bound_cidrs;
  bool strictly_bind_ip = false;
  bool no_default_policy = false;
  /// `default`, `service`, `batch`, `default-service` or `default-batch`.
  std::string type = "default";
  /// Old names these were last written under; they are read back under both (R-1713).
  std::set<std::string, std::less<>> old_names;
};

/// `existing` with the `token_*` fields given in `body` (R-1711), or the error text. Checks come
/// in the server's order (R-704, R-1712, R-1713). `auth/token/roles` puts `error parsing role
/// fields: ` before texts about combinations and tests `token_type` itself.
[[nodiscard]] std::variant<token_params, std::string> parse(const nlohmann::json& body,
                                                            token_params existing);

/// The fields a method still takes under the names they had before `token_…` came up, e.g. `ttl`,
/// `policies`. The new name wins where both are given. An error text, or empty.
[[nodiscard]] std::string parse_old_names(const nlohmann::json& body,
                                          std::initializer_list<std::string_view> names,
                                          token_params& params);

/// The ten `token_*` keys, and those written under old names under these too.
[[nodiscard]] nlohmann::json to_json(const token_params& params);

/// The terms of a login that these parameters ask for.
[[nodiscard]] login_terms terms_of(const token_params& params);

/// TTLs for renewing a login by these parameters as they are now.
[[nodiscard]] login_renewal renewal_of(const token_params& params);

/// Whether two lists name the same policies, `default` aside.
[[nodiscard]] bool equivalent_policies(const std::vector<std::string>& a,
                                       const std::vector<std::string>& b);

/// The `token_*` keys, for telling unknown parameters from known ones.
[[nodiscard]] const std::vector<std::string_view>& token_param_names();

} // namespace lapse
