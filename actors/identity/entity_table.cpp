#include "actors/identity/entity_table.hpp"

#include "actors/protocol/ascii.hpp"

#include <algorithm>

namespace lapse::identity {

namespace {

std::string alias_key(std::string_view accessor, std::string_view name) {
  std::string key;
  key.reserve(accessor.size() + 1 + name.size());
  return ((key += accessor) += '\n') += lower_case(name);
}

} // namespace

const identity_entity* entity_table::find(std::string_view id) const {
  const auto i = entities_.find(id);
  return i == entities_.end() ? nullptr : &i->second;
}

const identity_entity* entity_table::named(std::string_view name) const {
  const auto i = by_name_.find(lower_case(name));
  return i == by_name_.end() ? nullptr : find(i->second);
}

const identity_alias* entity_table::alias_in(const identity_entity* entity,
                                             std::string_view alias_id) const {
  if (entity == nullptr)
    return nullptr;
  const auto i = std::find_if(entity->aliases.begin(), entity->aliases.end(),
                              [&](const identity_alias& one) { return one.id == alias_id; });
  return i == entity->aliases.end() ? nullptr : &*i;
}

const identity_alias* entity_table::alias_with_id(std::string_view id) const {
  const auto i = by_alias_id_.find(std::string{id});
  return i == by_alias_id_.end() ? nullptr : alias_in(find(i->second), id);
}

const identity_alias* entity_table::alias_of(std::string_view accessor,
                                             std::string_view name) const {
  const auto i = by_alias_.find(alias_key(accessor, name));
  return i == by_alias_.end() ? nullptr : alias_in(find(i->second.entity), i->second.alias);
}

const identity_entity& entity_table::put(identity_entity entity) {
  if (const auto* known = find(*entity.id))
    forget_names(*known);
  const auto id = *entity.id;
  const auto& kept = entities_.insert_or_assign(id, std::move(entity)).first->second;
  learn_names(kept);
  return kept;
}

void entity_table::erase(std::string_view id) {
  if (const auto i = entities_.find(id); i != entities_.end()) {
    forget_names(i->second);
    entities_.erase(i);
  }
}

void entity_table::forget_names(const identity_entity& entity) {
  by_name_.erase(lower_case(entity.name));
  for (const auto& alias : entity.aliases) {
    by_alias_id_.erase(alias.id);
    by_alias_.erase(alias_key(alias.mount_accessor, alias.name));
  }
}

void entity_table::learn_names(const identity_entity& entity) {
  by_name_.insert_or_assign(lower_case(entity.name), *entity.id);
  for (const auto& alias : entity.aliases) {
    by_alias_id_.insert_or_assign(alias.id, *entity.id);
    by_alias_.insert_or_assign(alias_key(alias.mount_accessor, alias.name),
                               owned{*entity.id, alias.id});
  }
}

} // namespace lapse::identity
