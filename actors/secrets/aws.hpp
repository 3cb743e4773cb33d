#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/credential_role.hpp"

namespace lapse::secrets {

/// Access keys of a cloud account, simulated: `config/root`, `config/lease`, `roles/NAME`,
/// `creds/ROLE` and `sts/ROLE`. TTLs come from the role (scenarios/FORMAT.md), else from
/// `config/lease`, else from the mount.
class aws_engine final : public credential_engine {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const secrets_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] runtime::renewal_terms renew(const runtime::secret_origin& from) const override;

private:
  [[nodiscard]] answer read_root(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_root(const runtime::engine_call& call);
  [[nodiscard]] answer read_lease(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_lease(const runtime::engine_call& call);
  [[nodiscard]] answer read_role(const runtime::engine_call& call) const;
  [[nodiscard]] runtime::engine_reply issue_keys(const runtime::engine_call& call) const {
    return issue(call, false);
  }
  [[nodiscard]] runtime::engine_reply issue_session(const runtime::engine_call& call) const {
    return issue(call, true);
  }
  [[nodiscard]] runtime::engine_reply issue(const runtime::engine_call& call, bool sts) const;
  [[nodiscard]] runtime::secret_terms terms(std::string_view name,
                                            const credential_role& role) const;

  nlohmann::json root_;
  duration lease_{0};
  duration lease_max_{0};
  bool lease_written_ = false;
};

} // namespace lapse::secrets
