#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/credential_role.hpp"

#include <map>
#include <string>

namespace lapse {

/// Database users made on demand (R-1719): `config/NAME`, `roles/NAME`, `creds/ROLE`. The database
/// itself is simulated. A role without `db_name` needs no `config`, so that scenarios can do
/// without.
class database_engine final : public engine {
public:
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const override;
  [[nodiscard]] engine_reply handle(const engine_call& call) override;
  [[nodiscard]] bool external(operation op, std::string_view path) const override;
  [[nodiscard]] std::variant<secret_terms, std::string, std::monostate>
  renew(std::string_view role) const override;

private:
  [[nodiscard]] answer config(const engine_call& call, std::string_view name);
  [[nodiscard]] answer roles(const engine_call& call, std::string_view name);
  [[nodiscard]] engine_reply issue(const engine_call& call, std::string_view name) const;
  /// Why the connection of `role` gives nothing out; empty if it does.
  [[nodiscard]] std::string refusal(std::string_view name, const credential_role& role) const;

  std::map<std::string, nlohmann::json, std::less<>> configs_;
  credential_roles roles_;
};

} // namespace lapse
