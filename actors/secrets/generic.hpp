#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/credential_role.hpp"

namespace lapse::secrets {

/// Any engine that leases credentials, for scenario files: `roles/NAME`, `creds/ROLE`.
class generic_engine final : public credential_engine {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const secrets_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] runtime::renewal_terms renew(const runtime::secret_origin& from) const override;

private:
  [[nodiscard]] answer read_role(const runtime::engine_call& call) const;
  [[nodiscard]] runtime::engine_reply issue(const runtime::engine_call& call) const;
};

} // namespace lapse::secrets
