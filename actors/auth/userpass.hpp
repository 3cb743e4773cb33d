#pragma once

#include "actors/auth/lockout.hpp"
#include "actors/auth/login_setup.hpp"
#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <map>
#include <string>

namespace lapse {

/// Logins with user name and password: `users/NAME`, `login/NAME` (R-1713).
class userpass_method final : public engine {
public:
  [[nodiscard]] static const engine_paths& table();
  [[nodiscard]] static const login_setup& setup();

  [[nodiscard]] const engine_paths& paths() const override { return table(); }

  /// a user who is gone answers nothing, one whose policies changed refuses.
  [[nodiscard]] login_renewal renew_login(std::string_view principal,
                                          const std::vector<std::string>& policies) const override;

private:
  struct user {
    token_params params;
    std::string password;
  };

  [[nodiscard]] engine_reply login(const engine_call& call);
  [[nodiscard]] bool has_user(const field_data& in) const;
  [[nodiscard]] answer list_users(const engine_call& call) const;
  [[nodiscard]] answer read_user(const engine_call& call) const;
  [[nodiscard]] answer write_user(const engine_call& call);
  [[nodiscard]] answer delete_user(const engine_call& call);
  [[nodiscard]] answer write_password(const engine_call& call);
  [[nodiscard]] answer write_policies(const engine_call& call);

  std::map<std::string, user, std::less<>> users_;
  lockout lockout_;
};

} // namespace lapse
