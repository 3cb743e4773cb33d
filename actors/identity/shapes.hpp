#pragma once

#include "actors/identity/identity_store.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::identity {

// What answers about entities, groups and their aliases have in common.

/// The only namespace (R-1605).
inline constexpr std::string_view root_namespace = "root";

[[nodiscard]] nlohmann::json rendered(const identity_pairs& pairs);
[[nodiscard]] nlohmann::json rendered(const identity_names& names);

/// An alias within what it belongs to.
[[nodiscard]] nlohmann::json rendered(const identity_alias& alias,
                                      const mount_by_accessor& mount_of);

/// The answer to a read of an alias by itself.
[[nodiscard]] answer alias_answer(const identity_alias& alias, const mount_by_accessor& mount_of);

/// The few fields of an alias that listings show.
[[nodiscard]] nlohmann::json listed(const identity_alias& alias, const mount_by_accessor& mount_of);

/// Adds `mount_path` and `mount_type`, if the mount is there.
void add_mount(nlohmann::json& data, const identity_alias& alias,
               const mount_by_accessor& mount_of);

/// `keys` and, beside them, what is known of each by its id: 404 if there are none.
[[nodiscard]] answer listing(std::vector<std::string> keys, nlohmann::json info);

/// One alias and its `key_info`.
[[nodiscard]] std::pair<std::string, nlohmann::json> alias_line(const identity_alias& alias,
                                                                const mount_by_accessor& mount_of);

/// Trimmed, sorted, without empty and repeated names, as the server keeps lists; with `lower`, in
/// lower case.
[[nodiscard]] std::vector<std::string> unique_names(std::vector<std::string> names, bool lower);

/// Names that differ in case only are one name.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// What is sent as `name`; null sends nothing, as if it had never been written.
[[nodiscard]] identity_pairs sent_pairs(const api::field_data& in, std::string_view name);

/// Why metadata cannot be kept; empty if it can.
[[nodiscard]] std::string metadata_error(const identity_pairs& metadata);

/// What a copy by the server keeps: empty lists and maps come out as null.
void drop_empty(identity_pairs& pairs);
void drop_empty(identity_names& names);

/// How a lookup names what it wants: exactly one of `id`, `name`, `alias_id`, or
/// `alias_name` with `alias_mount_accessor`. Else the refusal.
[[nodiscard]] tl::expected<void, answer> check_lookup(const api::field_data& in);

} // namespace lapse::identity
