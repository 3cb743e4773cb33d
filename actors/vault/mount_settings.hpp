#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/runtime/mount.hpp"

#include <tl/expected.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::vault {

// The settings of a mount beside its TTLs, as requests to enable and to tune write them (R-1721).

/// The `config` of a mount that is to be enabled. Unlike the fields of a path its values are not
/// converted: each must have its own type.
struct mount_config {
  duration default_lease_ttl{0}; ///< 0: the system's
  duration max_lease_ttl{0};
  bool force_no_cache = false;
  std::string listing_visibility;
  std::string token_type;
  std::string plugin_name;
  std::string plugin_version;
  /// By the names of `list_settings`.
  std::map<std::string, std::vector<std::string>, std::less<>> lists;
};

/// @param kind `mount` or `auth`, as error texts call it.
[[nodiscard]] tl::expected<mount_config, answer> read_mount_config(const nlohmann::json& config,
                                                                   std::string_view kind);

/// What a tune request says of the lockout of users, each value by itself a text or a flag.
struct lockout_texts {
  std::string threshold;
  std::string lasts;
  std::string counter_reset;
  std::optional<bool> disabled;
};

// The errors are texts of a 400.

[[nodiscard]] tl::expected<lockout_texts, std::string> convert_lockout(const nlohmann::json& sent);

/// What is said, on top of `before`.
[[nodiscard]] tl::expected<runtime::lockout_settings, std::string>
read_lockout(const lockout_texts& said, runtime::lockout_settings before);

/// As reads of a mount and of its settings show it.
[[nodiscard]] nlohmann::json to_json(const runtime::lockout_settings& from);

/// Whether every server has this mount, and it can be neither disabled nor tuned.
[[nodiscard]] bool system_mount(const runtime::mount& m) noexcept;

/// The type of a mount as the server calls it: `kv` for both versions.
[[nodiscard]] std::string shown_type(const runtime::mount& m);

/// The path as the mount table has it.
/// @param path as in a request, with its final `/` or without.
[[nodiscard]] std::string table_path(std::string_view path, bool auth);

/// The settings that are lists of names.
[[nodiscard]] std::span<const std::string_view> list_settings() noexcept;

/// Sets one of the lists among the `settings` of a mount; an empty one is as if never set.
void set_list(nlohmann::json& settings, std::string_view name, std::vector<std::string> value);

void set_visibility(nlohmann::json& settings, const std::string& value);

[[nodiscard]] bool known_visibility(std::string_view value) noexcept;

/// Whether the type of tokens a mount makes may be called so.
[[nodiscard]] bool known_token_type(std::string_view type) noexcept;

/// A TTL as tune and mount requests write it: empty says nothing; `system` and 0 mean the system's
/// value. Parts of a second count, unlike in an increment. The error is the duration's.
[[nodiscard]] tl::expected<std::optional<duration>, std::string>
read_lease_ttl(const std::string& text);

} // namespace lapse::vault
