#pragma once

#include "actors/api/path_table.hpp"
#include "actors/identity/entity_table.hpp"
#include "actors/identity/records.hpp"
#include "actors/policy/template.hpp"
#include "actors/protocol/mount_identity.hpp"

#include <tl/expected.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::identity {

/// Finds the mount with an accessor; null if there is none.
using mount_by_accessor = std::function<const mount_identity*(std::string_view accessor)>;

/// One request at `identity/`.
struct identity_call {
  const api::field_data& in;
  unix_time now;
  const mount_by_accessor& mount_of;
};

/// What a login or a creation names an entity by.
/// Holds references, for one call.
struct alias_terms {
  std::string_view mount_accessor;
  std::string_view name;
  const std::map<std::string, std::string>& metadata;
};

/// The entities, their aliases, and groups of a server, and what is asked of them at `identity/`
/// . Plain data: tokens read it at each request, the vault performs requests.
class identity_store {
public:
  using paths_type = api::path_table<answer (*)(identity_store&, const identity_call&),
                                     bool (*)(const identity_store&, const api::field_data&)>;

  [[nodiscard]] static const paths_type& paths();

  // -- for tokens and logins -------------------------------------------------------------------

  /// Null if there is no such entity.
  [[nodiscard]] const identity_entity* find(std::string_view entity_id) const;

  /// The policies of an entity and of its groups, as a lookup shows them: those of the entity,
  /// then those of the groups it is in, directly or through other groups.
  [[nodiscard]] std::vector<std::string> policies_of(std::string_view entity_id) const;

  /// What templates of policies are filled in with for an entity.
  [[nodiscard]] policy::template_values values_of(std::string_view entity_id) const;

  /// The entity that an alias names, made if there is none; metadata of a known alias is renewed.
  /// @param made set if an entity was made.
  const identity_entity& find_or_make(const alias_terms& alias, unix_time now, bool& made);

  /// Puts an entity into the external groups that a login names, and takes it out of the others
  /// of that mount; without a mount, of all mounts.
  void refresh_external_groups(std::string_view entity_id, std::string_view mount_accessor,
                               const std::vector<std::string>& group_names);

  /// How many entities there are.
  [[nodiscard]] std::size_t size() const noexcept { return entities_.size(); }

  /// Grows with every change.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

  /// Grows with every change of what the entity is or which groups it is in.
  [[nodiscard]] std::uint64_t version_of(std::string_view entity_id) const;

private:
  using group_map = std::map<std::string, identity_group, std::less<>>;

  // -- entities (entities.cpp) -----------------------------------------------------------------

  answer write_entity(const identity_call& call);
  answer read_entity(const identity_call& call) const;
  answer delete_entity(const identity_call& call);
  answer delete_entities(const identity_call& call);
  answer list_entities(const identity_call& call, bool by_name) const;
  answer list_entities_by_id(const identity_call& call) const { return list_entities(call, false); }
  answer list_entities_by_name(const identity_call& call) const {
    return list_entities(call, true);
  }
  answer look_up_entity(const identity_call& call) const;
  [[nodiscard]] answer show(const identity_entity& entity, const mount_by_accessor& mount_of) const;
  [[nodiscard]] const identity_entity* entity_at(const api::field_data& in) const;
  const identity_entity& add_entity(identity_entity entity, unix_time now);
  const identity_entity& put_entity(identity_entity entity);
  void erase_entity(std::string_view id);

  // -- aliases of entities (aliases.cpp) -------------------------------------------------------

  answer write_alias(const identity_call& call);
  answer make_alias(const identity_call& call, identity_alias alias);
  answer change_alias(const identity_call& call, const identity_alias& alias,
                      const identity_alias& to);
  answer read_alias(const identity_call& call) const;
  answer delete_alias(const identity_call& call);
  answer list_aliases(const identity_call& call) const;

  // -- groups (groups.cpp) ---------------------------------------------------------------------

  answer write_group(const identity_call& call);
  answer update_group(const identity_call& call, identity_group group, bool fresh);
  [[nodiscard]] tl::expected<void, answer> set_members(identity_group& group,
                                                       const identity_call& call);
  /// A new group has no id yet.
  [[nodiscard]] tl::expected<void, answer>
  check_member_groups(const identity_group& group, const std::vector<std::string>& ids) const;
  void put_member_groups(const identity_group& group, const std::vector<std::string>& ids);
  [[nodiscard]] std::string unused_group_name();
  answer read_group(const identity_call& call) const;
  answer delete_group(const identity_call& call);
  answer list_groups(const identity_call& call, bool by_name) const;
  answer list_groups_by_id(const identity_call& call) const { return list_groups(call, false); }
  answer list_groups_by_name(const identity_call& call) const { return list_groups(call, true); }
  answer look_up_group(const identity_call& call) const;
  [[nodiscard]] answer show(const identity_group& group, const mount_by_accessor& mount_of) const;
  [[nodiscard]] const identity_group* group_at(const api::field_data& in) const;
  [[nodiscard]] const identity_group* group_named(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> member_groups(std::string_view id) const;
  /// Whether going down from one group reaches another.
  [[nodiscard]] bool reaches(std::string_view from, std::string_view to) const;
  identity_group& put_group(identity_group group);
  /// The groups an entity is in: itself, and through other groups.
  [[nodiscard]] std::vector<const identity_group*> direct_groups(std::string_view entity_id) const;
  [[nodiscard]] std::vector<const identity_group*>
  inherited_groups(std::string_view entity_id) const;

  // -- aliases of groups (group_aliases.cpp) ---------------------------------------------------

  answer write_group_alias(const identity_call& call);
  answer put_group_alias(const identity_call& call, identity_alias alias);
  answer read_group_alias(const identity_call& call) const;
  answer delete_group_alias(const identity_call& call);
  answer list_group_aliases(const identity_call& call) const;
  [[nodiscard]] const identity_group* group_with_alias(std::string_view alias_id) const;
  [[nodiscard]] const identity_group* group_of(std::string_view accessor,
                                               std::string_view name) const;

  void changed() noexcept { ++version_; }
  void groups_changed() noexcept { groups_version_ = ++version_; }
  /// A UUID that nothing has had before, from `seed` if it is free.
  [[nodiscard]] std::string new_id(std::uint64_t seed);
  [[nodiscard]] std::string new_id();

  entity_table entities_;
  group_map groups_;
  std::set<std::string, std::less<>> used_ids_;
  std::uint64_t made_ = 0;
  std::uint64_t version_ = 1;
  std::uint64_t groups_version_ = 1;
};

} // namespace lapse::identity
