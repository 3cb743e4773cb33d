// Aliases of external groups: what logins name them by.

#include "actors/identity/shapes.hpp"
#include "actors/protocol/quote.hpp"

#include <algorithm>

namespace lapse::identity {

const identity_group* identity_store::group_with_alias(std::string_view alias_id) const {
  for (const auto& [id, group] : groups_)
    if (group.alias && group.alias->id == alias_id)
      return &group;
  return nullptr;
}

const identity_group* identity_store::group_of(std::string_view accessor,
                                               std::string_view name) const {
  for (const auto& [id, group] : groups_)
    if (group.alias && group.alias->mount_accessor == accessor &&
        same_name(group.alias->name, name))
      return &group;
  return nullptr;
}

answer identity_store::write_group_alias(const identity_call& call) {
  const auto& in = call.in;
  identity_alias alias;
  if (in.given("id")) {
    const auto id = in.text("id");
    if (id.empty())
      return error_answer(400, "empty group alias ID");
    const auto* group = group_with_alias(id);
    if (group == nullptr)
      return error_answer(400, "invalid group alias ID");
    alias = *group->alias;
  }
  return put_group_alias(call, std::move(alias));
}

answer identity_store::put_group_alias(const identity_call& call, identity_alias alias) {
  const auto& in = call.in;
  const auto name = in.text("name");
  const auto accessor = in.text("mount_accessor");
  const auto canonical = in.text("canonical_id");
  if (name.empty())
    return error_answer(400, "missing alias name");
  if (accessor.empty())
    return error_answer(400, "missing mount_accessor");
  if (alias.name == name && alias.mount_accessor == accessor &&
      (canonical.empty() || alias.canonical_id == canonical))
    return no_content();
  identity_group target;
  target.type = "external";
  const auto* previous = alias.id.empty() ? nullptr : group_with_alias(alias.id);
  if (!canonical.empty()) {
    const auto i = groups_.find(canonical);
    if (i == groups_.end())
      return error_answer(400, "invalid group ID given in 'canonical_id'");
    if (i->second.type != "external")
      return error_answer(400, "alias can't be set on an internal group");
    target = i->second;
  } else if (previous != nullptr) {
    target = *previous;
  }
  if (call.mount_of(accessor) == nullptr)
    return error_answer(400, "invalid mount accessor " + quote(accessor));
  if (const auto* other = group_of(accessor, name);
      other != nullptr && other->alias->id != alias.id)
    return error_answer(400, "combination of mount and group alias name is already in use");
  if (previous != nullptr && previous->id != target.id) {
    auto& left = groups_.find(previous->id)->second;
    left.alias.reset();
    ++left.modify_index;
  }
  if (target.id.empty()) {
    target.id = new_id();
    target.name = unused_group_name();
    target.created = call.now;
  }
  target.updated = call.now;
  if (alias.id.empty()) {
    alias.id = new_id();
    alias.created = call.now;
  }
  alias.name = name;
  alias.mount_accessor = accessor;
  alias.canonical_id = target.id;
  alias.updated = call.now;
  auto reply = data_answer({{"id", alias.id}, {"canonical_id", target.id}});
  target.alias = std::move(alias);
  put_group(std::move(target));
  return reply;
}

answer identity_store::read_group_alias(const identity_call& call) const {
  const auto* group = group_with_alias(call.in.text("id"));
  return group == nullptr ? nothing_found() : alias_answer(*group->alias, call.mount_of);
}

answer identity_store::delete_group_alias(const identity_call& call) {
  if (const auto* known = group_with_alias(call.in.text("id"))) {
    auto& group = groups_.find(known->id)->second;
    group.alias.reset();
    ++group.modify_index;
    groups_changed();
  }
  return no_content();
}

answer identity_store::list_group_aliases(const identity_call& call) const {
  std::vector<std::string> keys;
  nlohmann::json info = nlohmann::json::object();
  for (const auto& [id, group] : groups_)
    if (group.alias) {
      auto [key, line] = alias_line(*group.alias, call.mount_of);
      keys.push_back(key);
      info[key] = std::move(line);
    }
  std::sort(keys.begin(), keys.end());
  return listing(std::move(keys), std::move(info));
}

} // namespace lapse::identity
