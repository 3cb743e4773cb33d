#pragma once

#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <map>
#include <string>
#include <string_view>

namespace lapse::auth {

/// Users or roles that are nothing but `token_*` parameters under a name: what `users/NAME` and
/// `roles/NAME` of the methods `github` and `generic` hold. The name is the path's `name`.
class principal_store {
public:
  /// What such a path declares.
  [[nodiscard]] static std::vector<api::field_row> fields() {
    return with_token_fields({{"name"}});
  }

  [[nodiscard]] const token_params* find(std::string_view name) const;

  [[nodiscard]] answer list() const;
  [[nodiscard]] answer read(const api::field_data& in) const;
  [[nodiscard]] answer write(const api::field_data& in);
  [[nodiscard]] answer remove(const api::field_data& in);

private:
  std::map<std::string, token_params, std::less<>> items_;
};

/// What `github` and `generic` have alike: users and roles by name. Users go before roles.
class principal_method : public runtime::engine {
protected:
  /// The rows of `users/NAME` and `roles/NAME`.
  [[nodiscard]] static std::vector<runtime::engine_paths::row> principal_rows();

  [[nodiscard]] const token_params* find(std::string_view name) const;

private:
  using store = principal_store principal_method::*;

  template <store Store>
  [[nodiscard]] static std::vector<runtime::engine_paths::row> rows(std::string_view list_pattern,
                                                                    std::string_view item_pattern);
  template <store Store>
  [[nodiscard]] bool has_one(const api::field_data& in) const;
  template <store Store>
  [[nodiscard]] answer list_all(const runtime::engine_call& call) const;
  template <store Store>
  [[nodiscard]] answer read_one(const runtime::engine_call& call) const;
  template <store Store>
  [[nodiscard]] answer write_one(const runtime::engine_call& call);
  template <store Store>
  [[nodiscard]] answer remove_one(const runtime::engine_call& call);

  principal_store users_;
  principal_store roles_;
};

/// An answer that refuses a login without saying why, with the reason as a clause and what would
/// let it in.
[[nodiscard]] runtime::engine_reply refused_login(answer reply, std::string why,
                                                  std::string remedy);

/// 403 bare: the client's address is none of those bound (login-cidr 0.6).
[[nodiscard]] runtime::engine_reply barred_address();

/// 403 bare: too many logins of this user or role have failed.
[[nodiscard]] runtime::engine_reply locked_out();

/// The reply of a login that succeeded; the vault fills in its auth block.
[[nodiscard]] runtime::engine_reply logged_in(runtime::login_terms terms);

} // namespace lapse::auth
