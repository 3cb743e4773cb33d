#pragma once

#include "actors/auth/lockout.hpp"
#include "actors/auth/login_setup.hpp"
#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <map>
#include <string>

namespace lapse::auth {

/// Logins with user name and password: `users/NAME`, `login/NAME` (R-1713).
class userpass_method final : public runtime::engine {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const login_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] bool locks_users_out() const override { return true; }

  [[nodiscard]] std::vector<std::string> locked_users(const runtime::mount& at,
                                                      instant now) const override {
    return lockout_.locked_users(at, now);
  }

  void unlock_user(std::string_view user) override { lockout_.forget(user); }

  /// a user who is gone answers nothing, one whose policies changed refuses.
  [[nodiscard]] runtime::login_renewal
  renew_login(std::string_view principal, const std::vector<std::string>& policies) const override;

private:
  struct user {
    token_params params;
    std::string password;
  };

  [[nodiscard]] runtime::engine_reply login(const runtime::engine_call& call);
  [[nodiscard]] bool has_user(const api::field_data& in) const;
  [[nodiscard]] answer list_users(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_user(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_user(const runtime::engine_call& call);
  [[nodiscard]] answer delete_user(const runtime::engine_call& call);
  [[nodiscard]] answer write_password(const runtime::engine_call& call);
  [[nodiscard]] answer write_policies(const runtime::engine_call& call);

  std::map<std::string, user, std::less<>> users_;
  lockout lockout_;
};

} // namespace lapse::auth
