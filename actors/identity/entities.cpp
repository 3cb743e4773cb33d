// Entities, by id and by name.

#include "actors/identity/shapes.hpp"

#include <algorithm>

namespace lapse::identity {

namespace {

using json = nlohmann::json;

} // namespace

const identity_entity* identity_store::entity_at(const api::field_data& in) const {
  if (const auto id = in.text("id"); !id.empty())
    return find(id);
  return entities_.named(in.text("name"));
}

const identity_entity& identity_store::add_entity(identity_entity entity, unix_time now) {
  entity.created = entity.updated = now;
  if (entity.name.empty()) {
    entity.name = "entity_" + entity.id->substr(0, 8) + ".root";
    while (entities_.named(entity.name) != nullptr)
      entity.name = "entity_" + new_id().substr(0, 8) + ".root";
  }
  return put_entity(std::move(entity));
}

const identity_entity& identity_store::put_entity(identity_entity entity) {
  changed();
  entity.version = version_;
  return entities_.put(std::move(entity));
}

// A copy is changed and then kept, so that a refusal leaves everything as it was.
answer identity_store::write_entity(const identity_call& call) {
  const auto& in = call.in;
  identity_entity entity;
  if (const auto id = in.text("id"); !id.empty()) {
    const auto* known = find(id);
    if (known == nullptr)
      return error_answer(400, "entity not found from id");
    entity = *known;
  }
  if (const auto name = in.text("name"); !name.empty()) {
    const auto* named = entities_.named(name);
    if (named != nullptr && entity.id && *entity.id != *named->id)
      return error_answer(400, "entity name is already in use");
    if (named != nullptr)
      entity = *named;
    entity.name = name;
  }
  drop_empty(entity.metadata);
  for (auto& alias : entity.aliases) {
    drop_empty(alias.metadata);
    drop_empty(alias.custom_metadata);
  }
  if (in.given("policies"))
    entity.policies = unique_names(in.list("policies"), true);
  if (std::find(entity.policies.begin(), entity.policies.end(), "root") != entity.policies.end())
    return error_answer(400, "policies cannot contain root");
  in.take("disabled", entity.disabled);
  if (in.given("metadata"))
    entity.metadata = sent_pairs(in, "metadata");
  if (const auto why = metadata_error(entity.metadata); !why.empty())
    return wrapped_error(500, "invalid entity metadata: " + why);
  if (entity.id) {
    entity.updated = call.now;
    put_entity(std::move(entity));
    return no_content();
  }
  entity.id = std::make_shared<const std::string>(new_id());
  const auto& made = add_entity(std::move(entity), call.now);
  return data_answer({{"id", *made.id}, {"name", made.name}, {"aliases", nullptr}});
}

answer identity_store::read_entity(const identity_call& call) const {
  const auto* entity = entity_at(call.in);
  return entity == nullptr ? nothing_found() : show(*entity, call.mount_of);
}

answer identity_store::show(const identity_entity& entity,
                            const mount_by_accessor& mount_of) const {
  json aliases = json::array();
  for (const auto& alias : entity.aliases) {
    auto one = rendered(alias, mount_of);
    one["local"] = false;
    one["custom_metadata"] = rendered(alias.custom_metadata);
    aliases.push_back(std::move(one));
  }
  const auto ids = [](const std::vector<const identity_group*>& groups) {
    std::vector<std::string> result;
    for (const auto* group : groups)
      result.push_back(group->id);
    return result;
  };
  const auto direct = ids(direct_groups(*entity.id));
  const auto inherited = ids(inherited_groups(*entity.id));
  auto all = direct;
  all.insert(all.end(), inherited.begin(), inherited.end());
  return data_answer({{"id", *entity.id},
                      {"name", entity.name},
                      {"metadata", rendered(entity.metadata)},
                      {"merged_entity_ids", nullptr},
                      {"policies", entity.policies},
                      {"disabled", entity.disabled},
                      {"namespace_id", root_namespace},
                      {"creation_time", rfc3339(entity.created)},
                      {"last_update_time", rfc3339(entity.updated)},
                      {"aliases", std::move(aliases)},
                      {"direct_group_ids", direct},
                      {"inherited_group_ids", inherited},
                      {"group_ids", all}});
}

void identity_store::erase_entity(std::string_view id) {
  if (entities_.find(id) == nullptr)
    return;
  for (auto& [group_id, group] : groups_)
    if (group.member_entity_ids && std::erase(*group.member_entity_ids, id) > 0) {
      drop_empty(group.member_entity_ids);
      ++group.modify_index;
    }
  entities_.erase(id);
  groups_changed();
}

answer identity_store::delete_entity(const identity_call& call) {
  if (const auto* entity = entity_at(call.in))
    erase_entity(std::string{*entity->id});
  return no_content();
}

answer identity_store::delete_entities(const identity_call& call) {
  const auto ids = call.in.list("entity_ids");
  if (ids.empty())
    return error_answer(400, "missing entity ids to delete");
  for (const auto& id : ids)
    erase_entity(id);
  return no_content();
}

answer identity_store::list_entities(const identity_call& call, bool by_name) const {
  std::vector<std::string> keys;
  json info = json::object();
  for (const auto& [id, entity] : entities_) {
    keys.push_back(by_name ? entity.name : id);
    json line = {{"name", entity.name}};
    for (const auto& alias : entity.aliases)
      line["aliases"].push_back(listed(alias, call.mount_of));
    info[id] = std::move(line);
  }
  std::sort(keys.begin(), keys.end());
  return listing(std::move(keys), std::move(info));
}

answer identity_store::look_up_entity(const identity_call& call) const {
  const auto& in = call.in;
  if (auto good = check_lookup(in); !good)
    return std::move(good.error());
  const auto* entity = entity_at(in);
  const identity_alias* alias = nullptr;
  if (const auto id = in.text("alias_id"); !id.empty())
    alias = entities_.alias_with_id(id);
  else if (const auto name = in.text("alias_name"); !name.empty())
    alias = entities_.alias_of(in.text("alias_mount_accessor"), name);
  if (alias != nullptr)
    entity = find(alias->canonical_id);
  return entity == nullptr ? no_content() : show(*entity, call.mount_of);
}

} // namespace lapse::identity
