#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/secrets_setup.hpp"

#include <map>
#include <string>

namespace lapse::secrets {

/// Key-value store without versions. Its answers carry a TTL but no lease, unless the mount
/// has `leased_passthrough`.
class kv1_engine final : public runtime::engine {
public:
  explicit kv1_engine(bool leased) noexcept : leased_(leased) {}

  [[nodiscard]] static const runtime::engine_paths& table();
  [[nodiscard]] static const secrets_setup& setup();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  /// reads the key again; one that is gone answers nothing.
  [[nodiscard]] runtime::renewal_terms renew(const runtime::secret_origin& from) const override;

  [[nodiscard]] bool revokes_externally() const override { return false; }

  [[nodiscard]] const std::map<std::string, nlohmann::json, std::less<>>& entries() const noexcept {
    return entries_;
  }

private:
  [[nodiscard]] bool has_entry(const api::field_data& in) const;
  [[nodiscard]] runtime::engine_reply read(const runtime::engine_call& call) const;
  [[nodiscard]] answer write(const runtime::engine_call& call);
  [[nodiscard]] answer remove(const runtime::engine_call& call);
  [[nodiscard]] answer list(const runtime::engine_call& call) const;
  [[nodiscard]] answer scan(const runtime::engine_call& call) const;

  bool leased_;
  std::map<std::string, nlohmann::json, std::less<>> entries_;
};

} // namespace lapse::secrets
