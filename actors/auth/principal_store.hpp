#pragma once

#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace lapse {

/// Users or roles that are nothing but `token_*` parameters under a name: what `users/NAME` and
/// `roles/NAME` of the methods `github` and `generic` hold.
class principal_store {
public:
  [[nodiscard]] const token_params* find(std::string_view name) const;

  /// Answers CRUD on the item `name`, and LIST where `name` is empty.
  [[nodiscard]] answer handle(operation op, std::string_view name, const nlohmann::json& body);

private:
  std::map<std::string, token_params, std::less<>> items_;
};

/// Answers of a login path are bare (R-1204): 405 for what is no login.
[[nodiscard]] answer only_logins();

/// 403 bare: the client's address is none of those bound (login-cidr 0.6).
[[nodiscard]] answer barred_address();

/// The reply of a login that succeeded; the vault fills in its auth block.
[[nodiscard]] engine_reply logged_in(login_terms terms, const nlohmann::json& body,
                                     std::initializer_list<std::string_view> known);

/// Names are compared in lower case.
[[nodiscard]] std::string lower_case(std::string_view text);

} // namespace lapse
