#pragma once

#include "actors/auth/login_setup.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <map>
#include <string>

namespace lapse::auth {

/// Logins with a GitHub account. There is no GitHub here: the `token` (or `username`) of a login
/// names the account. `config` holds the organisation and `token_*` parameters for all,
/// `map/users/NAME` more policies of one account; `users/NAME` or `roles/NAME`, which a real
/// server does not have, hold parameters of its own.
class github_method final : public principal_method {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const login_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] runtime::login_renewal
  renew_login(std::string_view principal, const std::vector<std::string>& policies) const override;

private:
  [[nodiscard]] runtime::engine_reply login(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_config(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_config(const runtime::engine_call& call);
  [[nodiscard]] bool has_mapping(const api::field_data& in) const;
  [[nodiscard]] answer list_mappings(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_mapping(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_mapping(const runtime::engine_call& call);
  [[nodiscard]] answer delete_mapping(const runtime::engine_call& call);
  /// The parameters `account` logs in with; none if nothing knows it.
  [[nodiscard]] std::optional<token_params> params_of(const std::string& account) const;

  bool configured_ = false;
  std::string organization_;
  token_params params_;
  std::map<std::string, std::string, std::less<>> mapped_;
};

} // namespace lapse::auth
