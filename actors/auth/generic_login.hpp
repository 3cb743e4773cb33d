#pragma once

#include "actors/auth/login_setup.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/runtime/mount.hpp"

namespace lapse::auth {

/// Stands for any auth method a scenario does not care about: `login/NAME` lets everybody in.
/// `users/NAME` or `roles/NAME` hold `token_*` parameters; who has neither gets the mount's
/// defaults.
class generic_login_method final : public principal_method {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const login_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] runtime::login_renewal
  renew_login(std::string_view principal, const std::vector<std::string>& policies) const override;

private:
  [[nodiscard]] runtime::engine_reply login(const runtime::engine_call& call);
};

} // namespace lapse::auth
