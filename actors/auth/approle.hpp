#pragma once

#include "actors/auth/lockout.hpp"
#include "actors/auth/login_setup.hpp"
#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace lapse::auth {

/// Logins of machines with a role id and a secret id (R-1714). Roles, their role ids, secret ids
/// with a number of uses and a TTL. Secret ids past their TTL go with the clean-up that runs every
/// whole minute, not before (login-approle 10.5).
class approle_method final : public runtime::engine {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const login_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] bool locks_users_out() const override { return true; }

  [[nodiscard]] std::string unnamed_user(const nlohmann::json& body) const override;

  [[nodiscard]] std::vector<std::string> locked_users(const runtime::mount& at,
                                                      instant now) const override {
    return lockout_.locked_users(at, now);
  }

  void unlock_user(std::string_view user) override { lockout_.forget(user); }

  /// a role that is gone refuses.
  [[nodiscard]] runtime::login_renewal
  renew_login(std::string_view principal, const std::vector<std::string>& policies) const override;

private:
  struct secret_id {
    std::string accessor;
    /// 0: any number.
    std::int64_t num_uses = 0;
    duration ttl{0};
    instant created{0};
    instant updated{0};
    /// None: it does not end by itself.
    std::optional<instant> expires;
    std::map<std::string, std::string> metadata;
    std::vector<std::string> cidrs;
    std::vector<std::string> token_cidrs;
  };

  struct role {
    token_params params;
    std::string role_id;
    bool bind_secret_id = true;
    bool local_secret_ids = false;
    /// None: never set, which reads as null.
    std::optional<std::vector<std::string>> secret_id_cidrs;
    /// Addresses of its tokens were set, be it none: that reads as `[]`.
    bool token_cidrs_set = false;
    std::int64_t secret_id_num_uses = 0;
    duration secret_id_ttl{0};
    std::map<std::string, secret_id, std::less<>> secret_ids;
    /// Of those that went how and when, for people.
    std::map<std::string, std::string, std::less<>> former_ids;
    bool forgot_some = false; ///< of these there were too many

    [[nodiscard]] bool constrained() const noexcept {
      return bind_secret_id || (secret_id_cidrs && !secret_id_cidrs->empty()) ||
             !params.bound_cidrs.empty();
    }
  };

  using roles = std::map<std::string, role, std::less<>>;
  using secret_ids = std::map<std::string, secret_id, std::less<>>;

  // -- roles (approle.cpp) ------------------------------------------------------------------

  [[nodiscard]] role* find_role(const api::field_data& in);
  [[nodiscard]] const role* find_role(const api::field_data& in) const;
  [[nodiscard]] roles::iterator find_by_id(std::string_view role_id);
  [[nodiscard]] bool has_role(const api::field_data& in) const;
  [[nodiscard]] answer list_roles(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_role(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_role(const runtime::engine_call& call);
  [[nodiscard]] answer delete_role(const runtime::engine_call& call);
  [[nodiscard]] static nlohmann::json read_all(const role& from);
  /// Stores `changed` under `name`, unless it breaks what must hold of a role.
  [[nodiscard]] answer store(const std::string& name, role changed,
                             std::vector<std::string> warnings = {});

  // -- single parameters of a role (approle_parts.cpp) -----------------------------------------

  [[nodiscard]] static std::vector<runtime::engine_paths::row> part_rows();
  template <int Part>
  [[nodiscard]] answer read_part(const runtime::engine_call& call) const;
  template <int Part>
  [[nodiscard]] answer write_part(const runtime::engine_call& call);
  template <int Part>
  [[nodiscard]] answer delete_part(const runtime::engine_call& call);
  [[nodiscard]] answer read_id(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_id(const runtime::engine_call& call);

  // -- secret ids (approle_secret_ids.cpp) -----------------------------------------------------

  [[nodiscard]] static std::vector<runtime::engine_paths::row> secret_id_rows();
  [[nodiscard]] answer list_secret_ids(const runtime::engine_call& call) const;
  [[nodiscard]] answer make_secret_id(const runtime::engine_call& call);
  [[nodiscard]] answer make_custom_secret_id(const runtime::engine_call& call);
  [[nodiscard]] answer register_secret_id(const runtime::engine_call& call, std::string id);
  [[nodiscard]] answer look_up_secret_id(const runtime::engine_call& call);
  [[nodiscard]] answer destroy_secret_id(const runtime::engine_call& call);
  [[nodiscard]] answer look_up_accessor(const runtime::engine_call& call);
  [[nodiscard]] answer destroy_accessor(const runtime::engine_call& call);
  [[nodiscard]] answer tidy(const runtime::engine_call& call);
  [[nodiscard]] static answer describe(const runtime::engine_call& call, const secret_id& what);
  /// The role of a request about the secret id that `field` names, or its refusal.
  [[nodiscard]] tl::expected<role*, answer> role_with(const runtime::engine_call& call,
                                                      std::string_view field);
  /// Whether a secret id of any role has this accessor.
  [[nodiscard]] bool is_accessor(std::string_view accessor);
  [[nodiscard]] static secret_ids::iterator find_accessor(role& of, std::string_view accessor);

  // -- logins (approle_login.cpp) --------------------------------------------------------------

  [[nodiscard]] runtime::engine_reply login(const runtime::engine_call& call);
  [[nodiscard]] runtime::engine_reply admit(const runtime::engine_call& call, roles::iterator whose,
                                            const std::string& secret);
  static void clean_up(role& of, instant now);
  /// It is gone: "had its last use at 1h".
  static void take_away(role& from, secret_ids::iterator which, std::string how);

  roles roles_;
  lockout lockout_;
};

} // namespace lapse::auth
