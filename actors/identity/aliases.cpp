// Aliases of entities.

#include "actors/api/custom_metadata.hpp"
#include "actors/identity/shapes.hpp"
#include "actors/protocol/quote.hpp"

#include <algorithm>

namespace lapse::identity {

namespace {

using json = nlohmann::json;

answer unknown_mount(const std::string& accessor) {
  return error_answer(400, "invalid mount accessor " + quote(accessor));
}

bool has_alias_at(const identity_entity& entity, std::string_view accessor) {
  return std::any_of(entity.aliases.begin(), entity.aliases.end(),
                     [&](const identity_alias& one) { return one.mount_accessor == accessor; });
}

answer both_ids(const identity_alias& alias) {
  return data_answer({{"id", alias.id}, {"canonical_id", alias.canonical_id}});
}

} // namespace

answer identity_store::write_alias(const identity_call& call) {
  const auto& in = call.in;
  identity_alias to;
  to.name = in.text("name");
  to.mount_accessor = in.text("mount_accessor");
  to.canonical_id = in.text("canonical_id");
  if (to.canonical_id.empty())
    to.canonical_id = in.text("entity_id");
  const auto has_metadata = in.declares("custom_metadata") && in.given("custom_metadata");
  to.custom_metadata =
      has_metadata ? sent_pairs(in, "custom_metadata") : identity_pairs::value_type{};
  if (to.custom_metadata)
    if (auto why = api::custom_metadata_error(*to.custom_metadata); !why.empty())
      return error_answer(500, std::move(why));
  if (const auto id = in.text("id"); !id.empty()) {
    const auto* alias = entities_.alias_with_id(id);
    if (alias == nullptr)
      return error_answer(400, "invalid alias ID provided");
    if (!has_metadata) {
      to.custom_metadata = alias->custom_metadata;
      drop_empty(to.custom_metadata);
    }
    if (to.mount_accessor.empty() && to.name.empty() && to.canonical_id.empty() && !has_metadata)
      return no_content();
    if (to.name.empty())
      to.name = alias->name;
    if (to.mount_accessor.empty())
      to.mount_accessor = alias->mount_accessor;
    return change_alias(call, *alias, to);
  }
  if (to.mount_accessor.empty() || to.name.empty())
    return error_answer(400, "'id' or 'mount_accessor' and 'name' must be provided");
  if (call.mount_of(to.mount_accessor) == nullptr)
    return unknown_mount(to.mount_accessor);
  if (const auto* alias = entities_.alias_of(to.mount_accessor, to.name))
    return change_alias(call, *alias, to);
  return make_alias(call, std::move(to));
}

answer identity_store::make_alias(const identity_call& call, identity_alias alias) {
  identity_entity entity;
  if (!alias.canonical_id.empty()) {
    const auto* known = find(alias.canonical_id);
    if (known == nullptr)
      return error_answer(400, "invalid canonical ID");
    entity = *known;
    drop_empty(entity.metadata);
  }
  if (has_alias_at(entity, alias.mount_accessor))
    return error_answer(400, "Alias already exists for requested entity and mount accessor");
  const bool fresh = !entity.id;
  if (fresh)
    entity.id = std::make_shared<const std::string>(new_id());
  alias.id = new_id();
  alias.canonical_id = *entity.id;
  alias.created = alias.updated = call.now;
  auto reply = both_ids(alias);
  entity.aliases.push_back(std::move(alias));
  if (fresh)
    add_entity(std::move(entity), call.now);
  else
    put_entity(std::move(entity));
  return reply;
}

answer identity_store::change_alias(const identity_call& call, const identity_alias& alias,
                                    const identity_alias& to) {
  using pairs = identity_pairs::value_type;
  const auto moves = !to.canonical_id.empty() && to.canonical_id != alias.canonical_id;
  const auto metadata_as_it_is =
      to.custom_metadata.value_or(pairs{}) == alias.custom_metadata.value_or(pairs{});
  if (to.name == alias.name && to.mount_accessor == alias.mount_accessor && !moves &&
      metadata_as_it_is)
    return no_content();
  auto from = *entities_.find(alias.canonical_id);
  if (to.mount_accessor != alias.mount_accessor && !moves && has_alias_at(from, to.mount_accessor))
    return error_answer(400, "Alias cannot be updated as the entity already has an alias for the "
                             "given 'mount_accessor' ");
  if (call.mount_of(to.mount_accessor) == nullptr)
    return unknown_mount(to.mount_accessor);
  const auto* other = entities_.alias_of(to.mount_accessor, to.name);
  if (other != nullptr && other != &alias)
    return error_answer(400, "alias with combination of mount accessor and name already exists");
  identity_alias changed_alias = alias;
  changed_alias.name = to.name;
  changed_alias.mount_accessor = to.mount_accessor;
  // A mere move leaves them alone.
  if (to.name != alias.name || to.mount_accessor != alias.mount_accessor || !metadata_as_it_is)
    changed_alias.custom_metadata = to.custom_metadata;
  changed_alias.updated = call.now;
  const auto is_it = [&](const identity_alias& one) { return one.id == changed_alias.id; };
  if (moves) {
    const auto* known = entities_.find(to.canonical_id);
    if (known == nullptr)
      return error_answer(400, "given 'canonical_id' is not associated with an entity");
    if (has_alias_at(*known, to.mount_accessor))
      return error_answer(400, "Alias cannot be updated as the given entity already has an alias "
                               "for this mount ");
    auto target = *known;
    changed_alias.canonical_id = to.canonical_id;
    std::erase_if(from.aliases, is_it);
    put_entity(std::move(from));
    target.aliases.push_back(changed_alias);
    put_entity(std::move(target));
  } else {
    *std::find_if(from.aliases.begin(), from.aliases.end(), is_it) = changed_alias;
    put_entity(std::move(from));
  }
  return both_ids(changed_alias);
}

answer identity_store::read_alias(const identity_call& call) const {
  const auto* alias = entities_.alias_with_id(call.in.text("id"));
  return alias == nullptr ? nothing_found() : alias_answer(*alias, call.mount_of);
}

answer identity_store::delete_alias(const identity_call& call) {
  if (const auto* alias = entities_.alias_with_id(call.in.text("id"))) {
    auto entity = *entities_.find(alias->canonical_id);
    std::erase_if(entity.aliases, [id = alias->id](const auto& one) { return one.id == id; });
    put_entity(std::move(entity));
  }
  return no_content();
}

answer identity_store::list_aliases(const identity_call& call) const {
  std::vector<std::string> keys;
  json info = json::object();
  for (const auto& [id, entity] : entities_)
    for (const auto& alias : entity.aliases) {
      auto [key, line] = alias_line(alias, call.mount_of);
      keys.push_back(key);
      info[key] = std::move(line);
    }
  std::sort(keys.begin(), keys.end());
  return listing(std::move(keys), std::move(info));
}

} // namespace lapse::identity
