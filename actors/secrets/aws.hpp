#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/credential_role.hpp"

#include <string>

namespace lapse {

/// Access keys of a cloud account, simulated: `config/root`, `config/lease`, `roles/NAME`,
/// `creds/ROLE` and `sts/ROLE`. TTLs come from the role (scenario-format.md), else from
/// `config/lease`, else from the mount.
class aws_engine final : public engine {
public:
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const override;
  [[nodiscard]] engine_reply handle(const engine_call& call) override;
  [[nodiscard]] bool external(operation op, std::string_view path) const override;
  [[nodiscard]] std::variant<secret_terms, std::string, std::monostate>
  renew(std::string_view role) const override;

private:
  [[nodiscard]] answer config(const engine_call& call, std::string_view name);
  [[nodiscard]] answer config_lease(const engine_call& call);
  [[nodiscard]] answer roles(const engine_call& call, std::string_view name);
  [[nodiscard]] engine_reply issue(const engine_call& call, std::string_view name, bool sts) const;
  [[nodiscard]] secret_terms terms(std::string_view name, const credential_role& role) const;

  nlohmann::json root_;
  duration lease_{0};
  duration lease_max_{0};
  bool lease_written_ = false;
  credential_roles roles_;
};

} // namespace lapse
