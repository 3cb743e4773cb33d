#pragma once

#include "actors/runtime/mount.hpp"

#include <map>
#include <string>

namespace lapse {

/// Certificates (R-1720): `root/generate/internal`, `roles/NAME`, `issue/ROLE`. The certificates
/// are placeholders, their leases are real. The authority lives in the server itself, so nothing
/// here reaches outside. A role works without a root, so that scenarios can do without.
class pki_engine final : public engine {
public:
  [[nodiscard]] engine_reply handle(const engine_call& call) override;
  [[nodiscard]] bool revokes_externally() const override { return false; }

private:
  [[nodiscard]] answer generate_root(const engine_call& call);
  [[nodiscard]] answer roles(const engine_call& call, std::string_view name);
  [[nodiscard]] answer write_role(const engine_call& call, std::string_view name);
  [[nodiscard]] engine_reply issue(const engine_call& call, std::string_view name) const;

  std::string authority_;
  std::map<std::string, nlohmann::json, std::less<>> roles_;
};

} // namespace lapse
