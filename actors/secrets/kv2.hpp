#pragma once

#include "actors/runtime/mount.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse {

/// Key-value store with versions (R-1718): `data/`, `metadata/`, `delete/`, `undelete/`,
/// `destroy/`, `config`. It never leases.
class kv2_engine final : public engine {
public:
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const override;
  [[nodiscard]] engine_reply handle(const engine_call& call) override;
  [[nodiscard]] bool revokes_externally() const override { return false; }

private:
  struct version {
    instant created{0};
    /// When it is, or will be, deleted.
    std::optional<instant> deleted;
    bool destroyed = false;
    nlohmann::json data;
  };

  /// What can be set for a key, and for all keys of the mount.
  struct settings {
    std::int64_t max_versions = 0;
    bool cas_required = false;
    duration delete_version_after{0};
  };

  struct entry {
    std::map<std::int64_t, version> versions;
    std::int64_t current = 0;
    std::int64_t oldest = 0;
    instant created{0};
    instant updated{0};
    settings own;
    nlohmann::json custom_metadata;
  };

  using entries = std::map<std::string, entry, std::less<>>;
  enum class fate { deleted, undeleted, destroyed };

  [[nodiscard]] answer data(const engine_call& call, std::string_view key);
  [[nodiscard]] answer read_data(const engine_call& call, const entry& of) const;
  [[nodiscard]] answer write_data(const engine_call& call, std::string_view key);
  [[nodiscard]] answer patch_data(const engine_call& call, std::string_view key);
  [[nodiscard]] answer add_version(const engine_call& call, std::string_view key,
                                   nlohmann::json data);
  /// Why the write's `options.cas` forbids it; empty if it does not.
  [[nodiscard]] std::string refuses(const engine_call& call, const entry* existing) const;
  [[nodiscard]] answer metadata(const engine_call& call, std::string_view key);
  [[nodiscard]] answer read_metadata(const engine_call& call, const entry& of) const;
  [[nodiscard]] answer write_metadata(const engine_call& call, std::string_view key);
  [[nodiscard]] answer config(const engine_call& call);
  [[nodiscard]] answer change(const engine_call& call, std::string_view key, fate to);
  [[nodiscard]] static std::string read_settings(const nlohmann::json& body, settings& into);

  settings all_;
  entries entries_;
};

} // namespace lapse
