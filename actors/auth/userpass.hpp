#pragma once

#include "actors/auth/lockout.hpp"
#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <map>
#include <string>

namespace lapse {

/// Logins with user name and password: `users/NAME`, `login/NAME` (R-1713).
class userpass_method final : public engine {
public:
  [[nodiscard]] bool unauthenticated(operation op, std::string_view path) const override;
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const override;
  [[nodiscard]] engine_reply handle(const engine_call& call) override;

  /// a user who is gone answers nothing, one whose policies changed refuses.
  [[nodiscard]] login_renewal renew_login(std::string_view principal,
                                          const std::vector<std::string>& policies) const override;

private:
  struct user {
    token_params params;
    std::string password;
  };

  [[nodiscard]] engine_reply login(const engine_call& call, std::string_view name);
  [[nodiscard]] answer users(const engine_call& call, std::string_view path);
  [[nodiscard]] answer write_user(const engine_call& call, const std::string& name);
  [[nodiscard]] answer write_part(const engine_call& call, user& whose, std::string_view part);

  std::map<std::string, user, std::less<>> users_;
  lockout lockout_;
};

} // namespace lapse
