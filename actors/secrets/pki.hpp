#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/secrets_setup.hpp"

#include <map>
#include <string>

namespace lapse::secrets {

/// Certificates (R-1720): `root/generate/internal`, `roles/NAME`, `issue/ROLE`. The certificates
/// are placeholders, their leases are real. The authority lives in the server itself, so nothing
/// here reaches outside. A role works without a root, so that scenarios can do without.
class pki_engine final : public runtime::engine {
public:
  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const secrets_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] bool revokes_externally() const override { return false; }

private:
  [[nodiscard]] answer generate_root(const runtime::engine_call& call);
  [[nodiscard]] answer list_roles(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_role(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_role(const runtime::engine_call& call);
  [[nodiscard]] answer patch_role(const runtime::engine_call& call);
  [[nodiscard]] answer delete_role(const runtime::engine_call& call);
  [[nodiscard]] answer store_role(const runtime::engine_call& call, nlohmann::json role);
  [[nodiscard]] runtime::engine_reply issue(const runtime::engine_call& call) const;

  std::string authority_;
  std::map<std::string, nlohmann::json, std::less<>> roles_;
};

} // namespace lapse::secrets
