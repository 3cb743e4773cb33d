#pragma once

#include "actors/auth/principal_store.hpp"
#include "actors/runtime/mount.hpp"

namespace lapse {

/// Stands for any auth method a scenario does not care about: `login/NAME` lets everybody in.
/// `users/NAME` or `roles/NAME` hold `token_*` parameters; who has neither gets the mount's
/// defaults.
class generic_login_method final : public engine {
public:
  [[nodiscard]] bool unauthenticated(operation op, std::string_view path) const override;
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const override;
  [[nodiscard]] engine_reply handle(const engine_call& call) override;
  [[nodiscard]] login_renewal renew_login(std::string_view principal,
                                          const std::vector<std::string>& policies) const override;

private:
  [[nodiscard]] const token_params* find(std::string_view name) const;

  principal_store users_;
  principal_store roles_;
};

} // namespace lapse
