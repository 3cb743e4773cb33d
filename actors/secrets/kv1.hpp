#pragma once

#include "actors/runtime/mount.hpp"
#include "actors/secrets/secrets_setup.hpp"

#include <map>
#include <string>

namespace lapse {

/// Key-value store without versions. Its answers carry a TTL but no lease, unless the mount
/// has `leased_passthrough`.
class kv1_engine final : public engine {
public:
  explicit kv1_engine(bool leased) noexcept : leased_(leased) {}

  [[nodiscard]] static const engine_paths& table();
  [[nodiscard]] static const secrets_setup& setup();

  [[nodiscard]] const engine_paths& paths() const override { return table(); }

  /// reads the key again; one that is gone answers nothing.
  [[nodiscard]] std::variant<secret_terms, std::string, std::monostate>
  renew(std::string_view role) const override;

  [[nodiscard]] bool revokes_externally() const override { return false; }

private:
  [[nodiscard]] bool has_entry(const field_data& in) const;
  [[nodiscard]] engine_reply read(const engine_call& call) const;
  [[nodiscard]] answer write(const engine_call& call);
  [[nodiscard]] answer remove(const engine_call& call);
  [[nodiscard]] answer list(const engine_call& call) const;
  [[nodiscard]] answer scan(const engine_call& call) const;

  bool leased_;
  std::map<std::string, nlohmann::json, std::less<>> entries_;
};

} // namespace lapse
