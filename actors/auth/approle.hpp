#pragma once

#include "actors/auth/lockout.hpp"
#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace lapse {

/// Logins of machines with a role id and a secret id (R-1714). Roles, their role ids, secret ids
/// with a number of uses and a TTL. Secret ids past their TTL go with the clean-up that runs every
/// whole minute, not before (login-approle 10.5).
class approle_method final : public engine {
public:
  [[nodiscard]] bool unauthenticated(operation op, std::string_view path) const override;
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const override;
  [[nodiscard]] engine_reply handle(const engine_call& call) override;

  /// a role that is gone refuses.
  [[nodiscard]] login_renewal renew_login(std::string_view principal,
                                          const std::vector<std::string>& policies) const override;

private:
  struct secret_id {
    std::string accessor;
    /// 0: any number.
    std::int64_t num_uses = 0;
    duration ttl{0};
    instant created{0};
    std::map<std::string, std::string> metadata;
    std::vector<std::string> cidrs;
    std::vector<std::string> token_cidrs;
  };

  struct role {
    token_params params;
    std::string role_id;
    bool bind_secret_id = true;
    bool local_secret_ids = false;
    std::vector<std::string> secret_id_cidrs;
    std::int64_t secret_id_num_uses = 0;
    duration secret_id_ttl{0};
    std::map<std::string, secret_id, std::less<>> secret_ids;
  };

  using roles = std::map<std::string, role, std::less<>>;

  [[nodiscard]] engine_reply login(const engine_call& call);
  [[nodiscard]] engine_reply admit(const engine_call& call, roles::iterator whose,
                                   const std::string& secret);
  [[nodiscard]] roles::iterator find_by_id(std::string_view role_id);
  [[nodiscard]] answer role_paths(const engine_call& call, std::string_view path);
  [[nodiscard]] answer role_item(const engine_call& call, const std::string& name);
  [[nodiscard]] answer write_role(const engine_call& call, const std::string& name);
  [[nodiscard]] answer role_id_path(const engine_call& call, role& of);
  [[nodiscard]] answer secret_id_path(const engine_call& call, role& of);
  [[nodiscard]] answer make_secret_id(const engine_call& call, role& of, std::string id);
  [[nodiscard]] answer look_up(const engine_call& call, role& of, std::string_view by,
                               bool destroy);
  [[nodiscard]] static nlohmann::json read_role(const role& from);
  static void clean_up(role& of, instant now);

  roles roles_;
  lockout lockout_;
};

} // namespace lapse
