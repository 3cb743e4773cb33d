#pragma once

#include "actors/runtime/mount.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse::secrets {

/// Key-value store with versions (R-1718). It never leases.
class kv2_engine final : public runtime::engine {
public:
  kv2_engine() = default;

  /// Each value is the first version of its key, made at `created`.
  kv2_engine(const std::map<std::string, nlohmann::json, std::less<>>& values, instant created);

  [[nodiscard]] static const runtime::engine_paths& table();

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }

  [[nodiscard]] bool revokes_externally() const override { return false; }

private:
  struct version {
    instant created{0};
    /// When it is, or will be, deleted.
    std::optional<instant> deleted;
    bool destroyed = false;
    nlohmann::json data;

    [[nodiscard]] bool gone(instant now) const noexcept {
      return destroyed || (deleted && *deleted <= now);
    }
  };

  /// What can be set for a key, and for all keys of the mount.
  struct settings {
    std::uint32_t max_versions = 0;
    bool cas_required = false;
    bool metadata_cas_required = false;
    /// Of the mount, -1 s: versions of no key are deleted by themselves.
    duration delete_version_after{0};
  };

  struct entry {
    std::map<std::uint64_t, version> versions;
    std::uint64_t current = 0;
    std::uint64_t oldest = 0;
    /// How often the metadata was written.
    std::uint64_t current_metadata = 0;
    /// None: no version has been written yet.
    std::optional<instant> created;
    std::optional<instant> updated;
    settings own;
    std::map<std::string, std::string> custom_metadata;
  };

  using entries = std::map<std::string, entry, std::less<>>;
  enum class fate { deleted, undeleted, destroyed };

  // -- versions of a key (kv2.cpp) -----------------------------------------------------------

  /// Metadata are found without the final `/` of a path; the data of a version are not (R-1718).
  [[nodiscard]] static std::string_view key_of(const api::field_data& in) noexcept;
  [[nodiscard]] bool has_entry(const api::field_data& in) const;
  /// What answers say of one version.
  [[nodiscard]] static nlohmann::json metadata_of(const entry& of, std::uint64_t number,
                                                  const version& item, std::int64_t start_unix_s);
  [[nodiscard]] answer read_data(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_subkeys(const runtime::engine_call& call) const;
  /// `show` makes what stands under `key` of the version's data.
  [[nodiscard]] answer read_version(const runtime::engine_call& call, const char* key,
                                    nlohmann::json (*show)(const nlohmann::json&,
                                                           const runtime::engine_call&)) const;
  [[nodiscard]] answer write_data(const runtime::engine_call& call);
  [[nodiscard]] answer patch_data(const runtime::engine_call& call);
  [[nodiscard]] answer delete_data(const runtime::engine_call& call);
  [[nodiscard]] answer add_version(const runtime::engine_call& call, std::string_view key,
                                   nlohmann::json data);
  /// When a version made now deletes itself; none: never.
  [[nodiscard]] std::optional<instant> deletion_of(const entry& of, instant now) const;
  /// Why the write's `options.cas` forbids it; empty if it does not.
  [[nodiscard]] std::string refuses(const runtime::engine_call& call, const entry* existing) const;
  template <fate To>
  [[nodiscard]] answer change(const runtime::engine_call& call);
  [[nodiscard]] answer wrong_path(const runtime::engine_call& call) const;

  // -- metadata and settings (kv2_metadata.cpp) ------------------------------------------------

  [[nodiscard]] static std::vector<runtime::engine_paths::row> metadata_rows();
  [[nodiscard]] answer list_keys(const runtime::engine_call& call) const;
  [[nodiscard]] answer scan_keys(const runtime::engine_call& call) const;
  [[nodiscard]] answer list_detailed(const runtime::engine_call& call) const;
  [[nodiscard]] answer scan_detailed(const runtime::engine_call& call) const;
  [[nodiscard]] answer with_details(const runtime::engine_call& call,
                                    std::vector<std::string> keys) const;
  [[nodiscard]] answer read_metadata(const runtime::engine_call& call) const;
  [[nodiscard]] static nlohmann::json describe(const runtime::engine_call& call, const entry& of);
  [[nodiscard]] answer write_metadata(const runtime::engine_call& call);
  [[nodiscard]] answer patch_metadata(const runtime::engine_call& call);
  [[nodiscard]] answer store_metadata(const runtime::engine_call& call, entry* existing);
  [[nodiscard]] answer delete_metadata(const runtime::engine_call& call);
  [[nodiscard]] answer read_config(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_config(const runtime::engine_call& call);

  settings all_;
  entries entries_;
};

} // namespace lapse::secrets
