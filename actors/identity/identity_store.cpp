// What tokens and logins ask of the identity store.

#include "actors/identity/identity_store.hpp"

#include "actors/identity/shapes.hpp"
#include "actors/protocol/ids.hpp"

#include <algorithm>

namespace lapse::identity {

namespace {

bool contains(const identity_names& names, std::string_view name) {
  return names && std::find(names->begin(), names->end(), name) != names->end();
}

} // namespace

std::string identity_store::new_id(std::uint64_t seed) {
  auto id = uuid_text(seed);
  while (!used_ids_.insert(id).second)
    id = uuid_text(seed = mix(seed));
  return id;
}

std::string identity_store::new_id() {
  constexpr std::uint64_t stream = 0x6964656e74697479; // "identity"
  return new_id(derive(stream, ++made_));
}

const identity_entity* identity_store::find(std::string_view entity_id) const {
  return entities_.find(entity_id);
}

std::vector<std::string> identity_store::policies_of(std::string_view entity_id) const {
  const auto* entity = find(entity_id);
  if (entity == nullptr)
    return {};
  auto result = entity->policies;
  std::vector<std::string> of_groups;
  for (const auto& groups : {direct_groups(entity_id), inherited_groups(entity_id)})
    for (const auto* group : groups)
      if (group->policies)
        of_groups.insert(of_groups.end(), group->policies->begin(), group->policies->end());
  of_groups = unique_names(std::move(of_groups), true);
  result.insert(result.end(), of_groups.begin(), of_groups.end());
  return result;
}

policy::template_values identity_store::values_of(std::string_view entity_id) const {
  policy::template_values result;
  const auto* entity = find(entity_id);
  if (entity == nullptr)
    return result;
  result.entity_id = *entity->id;
  result.entity_name = entity->name;
  result.metadata = entity->metadata.value_or(policy::template_values::pairs{});
  for (const auto& alias : entity->aliases)
    result.aliases.push_back({alias.mount_accessor, alias.id, alias.name,
                              alias.metadata.value_or(policy::template_values::pairs{}),
                              alias.custom_metadata.value_or(policy::template_values::pairs{})});
  for (const auto& groups : {direct_groups(entity_id), inherited_groups(entity_id)})
    for (const auto* group : groups)
      result.groups.push_back(
          {group->id, group->name, group->metadata.value_or(policy::template_values::pairs{})});
  return result;
}

std::uint64_t identity_store::version_of(std::string_view entity_id) const {
  const auto* entity = find(entity_id);
  return std::max(groups_version_, entity == nullptr ? 0 : entity->version);
}

const identity_entity& identity_store::find_or_make(const alias_terms& alias, unix_time now,
                                                    bool& made) {
  made = false;
  const auto metadata = [&] {
    return alias.metadata.empty() ? identity_pairs{} : identity_pairs{alias.metadata};
  };
  if (const auto* known = entities_.alias_of(alias.mount_accessor, alias.name)) {
    const auto* entity = find(known->canonical_id);
    if (known->metadata ? *known->metadata == alias.metadata : alias.metadata.empty())
      return *entity;
    auto to = *entity;
    for (auto& one : to.aliases)
      if (one.id == known->id) {
        one.metadata = metadata();
        one.updated = now;
      }
    return put_entity(std::move(to));
  }
  made = true;
  identity_entity entity;
  entity.id = std::make_shared<const std::string>(
      new_id(number_of(std::string{alias.mount_accessor}.append("\n").append(alias.name))));
  identity_alias first;
  first.id = new_id();
  first.canonical_id = *entity.id;
  first.mount_accessor = alias.mount_accessor;
  first.name = alias.name;
  first.metadata = metadata();
  first.created = first.updated = now;
  entity.aliases.push_back(std::move(first));
  return add_entity(std::move(entity), now);
}

// -- membership --------------------------------------------------------------------------------

std::vector<const identity_group*> identity_store::direct_groups(std::string_view entity_id) const {
  std::vector<const identity_group*> result;
  for (const auto& [id, group] : groups_)
    if (contains(group.member_entity_ids, entity_id))
      result.push_back(&group);
  return result;
}

std::vector<const identity_group*>
identity_store::inherited_groups(std::string_view entity_id) const {
  const auto direct = direct_groups(entity_id);
  std::set<std::string_view> seen;
  std::vector<const identity_group*> open;
  for (const auto* group : direct) {
    seen.insert(group->id);
    open.push_back(group);
  }
  std::vector<const identity_group*> result;
  while (!open.empty()) {
    const auto* group = open.back();
    open.pop_back();
    for (const auto& parent : group->parent_group_ids)
      if (const auto i = groups_.find(parent); i != groups_.end() && seen.insert(i->first).second) {
        open.push_back(&i->second);
        result.push_back(&i->second);
      }
  }
  return result;
}

void identity_store::refresh_external_groups(std::string_view entity_id,
                                             std::string_view mount_accessor,
                                             const std::vector<std::string>& group_names) {
  std::set<std::string_view> wanted;
  for (const auto& name : group_names)
    if (const auto* group = group_of(mount_accessor, name))
      wanted.insert(group->id);
  for (auto& [id, group] : groups_) {
    const auto elsewhere = group.alias && group.alias->mount_accessor != mount_accessor;
    if (group.type != "external" || (elsewhere && !mount_accessor.empty()))
      continue;
    const auto in = contains(group.member_entity_ids, entity_id);
    if (in == wanted.contains(id))
      continue;
    if (!group.member_entity_ids)
      group.member_entity_ids.emplace();
    if (in)
      std::erase(*group.member_entity_ids, entity_id);
    else
      group.member_entity_ids->emplace_back(entity_id);
    drop_empty(group.member_entity_ids);
    ++group.modify_index;
    groups_changed();
  }
}

} // namespace lapse::identity
