#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/credential_role.hpp"

namespace lapse {

/// Any engine that leases credentials, for scenario files: `roles/NAME`, `creds/ROLE`.
class generic_engine final : public engine {
public:
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const override;
  [[nodiscard]] engine_reply handle(const engine_call& call) override;
  [[nodiscard]] bool external(operation op, std::string_view path) const override;
  [[nodiscard]] std::variant<secret_terms, std::string, std::monostate>
  renew(std::string_view role) const override;

private:
  [[nodiscard]] answer roles(const engine_call& call, std::string_view name);
  [[nodiscard]] engine_reply issue(const engine_call& call, std::string_view name) const;

  credential_roles roles_;
};

} // namespace lapse
