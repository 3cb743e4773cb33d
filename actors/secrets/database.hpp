#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/credential_role.hpp"

#include <map>
#include <string>

namespace lapse::secrets {

/// Database users made on demand (R-1719): `config/NAME`, `roles/NAME`, `creds/ROLE`. The database
/// itself is simulated. A role without `db_name` needs no `config`, so that scenarios can do
/// without.
class database_engine final : public credential_engine {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const secrets_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] runtime::renewal_terms renew(const runtime::secret_origin& from) const override;

  [[nodiscard]] std::string revoke(const runtime::secret_origin& from) const override;

private:
  [[nodiscard]] bool has_config(const api::field_data& in) const;
  [[nodiscard]] answer list_configs(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_config(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_config(const runtime::engine_call& call);
  [[nodiscard]] answer delete_config(const runtime::engine_call& call);
  [[nodiscard]] answer rotate_root(const runtime::engine_call& call);
  [[nodiscard]] answer read_role(const runtime::engine_call& call) const;
  [[nodiscard]] runtime::engine_reply issue(const runtime::engine_call& call) const;
  [[nodiscard]] answer reset(const runtime::engine_call& call) const;
  /// Why `connection` gives nothing to the role `name`; empty if it does.
  [[nodiscard]] std::string refusal(std::string_view name, std::string_view connection) const;
  /// Why nothing can be asked of `connection`; empty if something can.
  [[nodiscard]] std::string unconfigured(std::string_view connection) const;
  [[nodiscard]] static runtime::secret_terms
  terms(const std::string& name, const credential_role& role, std::string connection);

  std::map<std::string, nlohmann::json, std::less<>> configs_;
};

} // namespace lapse::secrets
