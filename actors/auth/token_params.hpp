#pragma once

#include "actors/api/field_data.hpp"
#include "actors/protocol/time.hpp"
#include "actors/runtime/mount.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::auth {

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

/// The fields of a path that takes `token_*` parameters, beside `own`. `old_names` are the names
/// some of them had before `token_…` came up, e.g. `ttl`, `policies`.
[[nodiscard]] std::vector<api::field_row>
with_token_fields(std::vector<api::field_row> own,
                  std::initializer_list<std::string_view> old_names = {});

/// `existing` with the `token_*` fields given (R-1711), or the error text. Checks come in the
/// server's order (R-704, R-1712, R-1713).
[[nodiscard]] tl::expected<token_params, std::string> parse(const api::field_data& in,
                                                            token_params existing);

/// Takes the fields a method still takes under their old names. The new name wins where both are
/// given. An error text, or empty.
[[nodiscard]] std::string take_old_names(const api::field_data& in,
                                         std::initializer_list<std::string_view> names,
                                         token_params& params);

/// The ten `token_*` keys, and those written under old names under these too.
[[nodiscard]] nlohmann::json to_json(const token_params& params);

/// The terms of a login that these parameters ask for.
[[nodiscard]] runtime::login_terms terms_of(const token_params& params);

/// TTLs for renewing a login by these parameters as they are now.
[[nodiscard]] runtime::login_renewal renewal_of(const token_params& params);

/// Whether two lists name the same policies, `default` aside.
[[nodiscard]] bool equivalent_policies(const std::vector<std::string>& a,
                                       const std::vector<std::string>& b);

} // namespace lapse::auth
