// Groups, by id and by name.

#include "actors/identity/shapes.hpp"
#include "actors/protocol/quote.hpp"

#include <algorithm>

namespace lapse::identity {

namespace {

using json = nlohmann::json;

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

const identity_group* identity_store::group_named(std::string_view name) const {
  const auto i = std::find_if(groups_.begin(), groups_.end(),
                              [&](const auto& one) { return same_name(one.second.name, name); });
  return i == groups_.end() ? nullptr : &i->second;
}

const identity_group* identity_store::group_at(const api::field_data& in) const {
  // In a path by name an id beside it says nothing.
  if (const auto id = in.text("id"); !id.empty() && in.captured("name").empty()) {
    const auto i = groups_.find(id);
    return i == groups_.end() ? nullptr : &i->second;
  }
  return group_named(in.text("name"));
}

std::vector<std::string> identity_store::member_groups(std::string_view id) const {
  std::vector<std::string> result;
  for (const auto& [member, group] : groups_)
    if (contains(group.parent_group_ids, id))
      result.push_back(member);
  return result;
}

bool identity_store::reaches(std::string_view from, std::string_view to) const {
  std::set<std::string> seen;
  std::vector<std::string> open{std::string{from}};
  while (!open.empty()) {
    const auto at = std::move(open.back());
    open.pop_back();
    if (at == to)
      return true;
    if (seen.insert(at).second)
      for (auto& member : member_groups(at))
        open.push_back(std::move(member));
  }
  return false;
}

identity_group& identity_store::put_group(identity_group group) {
  ++group.modify_index;
  groups_changed();
  const auto id = group.id;
  return groups_.insert_or_assign(id, std::move(group)).first->second;
}

answer identity_store::write_group(const identity_call& call) {
  const auto& in = call.in;
  const identity_group* known = nullptr;
  if (in.given("id") && in.captured("name").empty()) {
    if (in.text("id").empty())
      return error_answer(400, "empty group ID");
    known = group_at(in);
    if (known == nullptr)
      return error_answer(400, "invalid group ID");
  } else if (in.given("name")) {
    if (in.text("name").empty())
      return error_answer(400, "empty group name");
    known = group_named(in.text("name"));
  }
  if (known == nullptr)
    return update_group(call, {}, true);
  auto group = *known;
  drop_empty(group.policies);
  drop_empty(group.metadata);
  drop_empty(group.member_entity_ids);
  return update_group(call, std::move(group), false);
}

answer identity_store::update_group(const identity_call& call, identity_group group, bool fresh) {
  const auto& in = call.in;
  if (in.given("policies"))
    group.policies = unique_names(in.list("policies"), true);
  if (group.policies && contains(*group.policies, "root"))
    return error_answer(400, "policies cannot contain root");
  if (in.given("type")) {
    const auto type = in.text("type");
    if (!group.type.empty() && type != group.type)
      return error_answer(400, "group type cannot be changed");
    group.type = type;
  }
  if (group.type.empty())
    group.type = "internal";
  if (group.type != "internal" && group.type != "external")
    return error_answer(400, "invalid group type " + quote(group.type));
  if (const auto name = in.text("name"); !name.empty()) {
    if (const auto* named = group_named(name); named != nullptr && named->id != group.id)
      return error_answer(400, "group name is already in use");
    group.name = name;
  }
  if (in.given("metadata"))
    group.metadata = sent_pairs(in, "metadata");
  if (auto done = set_members(group, call); !done)
    return std::move(done.error());
  const auto members = unique_names(in.list("member_group_ids"), false);
  if (auto done = check_member_groups(group, members); !done)
    return std::move(done.error());
  // Nothing is refused from here on: ids are drawn for groups that come about.
  if (fresh) {
    group.id = new_id();
    group.created = call.now;
  }
  group.updated = call.now;
  if (group.name.empty())
    group.name = unused_group_name();
  if (in.given("member_group_ids"))
    put_member_groups(group, members);
  const auto& kept = put_group(std::move(group));
  return fresh ? data_answer({{"id", kept.id}, {"name", kept.name}}) : no_content();
}

tl::expected<void, answer> identity_store::set_members(identity_group& group,
                                                       const identity_call& call) {
  const auto& in = call.in;
  const auto refuse = [](answer why) { return tl::unexpected{std::move(why)}; };
  const auto external = group.type == "external";
  if (in.given("member_entity_ids")) {
    if (external)
      return refuse(error_answer(400, "member entities can't be set manually for external groups"));
    group.member_entity_ids = unique_names(in.list("member_entity_ids"), false);
  }
  if (in.given("member_group_ids") && external)
    return refuse(error_answer(400, "member groups can't be set for external groups"));
  if (const auto why = metadata_error(group.metadata); !why.empty())
    return refuse(wrapped_error(500, "invalid group metadata: " + why));
  if (group.member_entity_ids)
    for (const auto& id : *group.member_entity_ids)
      if (find(id) == nullptr)
        return refuse(wrapped_error(500, "invalid entity ID " + quote(id)));
  return {};
}

std::string identity_store::unused_group_name() {
  std::string name;
  do
    name = "group_" + new_id().substr(0, 8) + ".root";
  while (group_named(name) != nullptr);
  return name;
}

tl::expected<void, answer>
identity_store::check_member_groups(const identity_group& group,
                                    const std::vector<std::string>& ids) const {
  for (const auto& id : ids) {
    const auto member = groups_.find(id);
    if (member == groups_.end())
      return tl::unexpected{wrapped_error(500, "invalid member group ID " + quote(id))};
    if (contains(member->second.parent_group_ids, group.id))
      continue;
    if (id == group.id)
      return tl::unexpected{
          wrapped_error(500, "member group ID " + quote(id) + " is same as the ID of the group")};
    if (!group.id.empty() && reaches(id, group.id))
      return tl::unexpected{
          error_answer(400, "cyclic relationship detected for member group ID " + quote(id))};
  }
  return {};
}

void identity_store::put_member_groups(const identity_group& group,
                                       const std::vector<std::string>& ids) {
  for (auto& [id, member] : groups_) {
    const auto is = contains(member.parent_group_ids, group.id);
    if (is == contains(ids, id))
      continue;
    if (is)
      std::erase(member.parent_group_ids, group.id);
    else
      member.parent_group_ids.push_back(group.id);
    ++member.modify_index;
  }
}

answer identity_store::read_group(const identity_call& call) const {
  const auto* group = group_at(call.in);
  return group == nullptr ? nothing_found() : show(*group, call.mount_of);
}

answer identity_store::show(const identity_group& group, const mount_by_accessor& mount_of) const {
  const auto list_or_null = [](const std::vector<std::string>& names) {
    return names.empty() ? json() : json(names);
  };
  return data_answer({{"id", group.id},
                      {"name", group.name},
                      {"policies", rendered(group.policies)},
                      {"member_entity_ids", rendered(group.member_entity_ids)},
                      {"parent_group_ids", list_or_null(group.parent_group_ids)},
                      {"metadata", rendered(group.metadata)},
                      {"creation_time", rfc3339(group.created)},
                      {"last_update_time", rfc3339(group.updated)},
                      {"modify_index", group.modify_index},
                      {"type", group.type},
                      {"namespace_id", root_namespace},
                      {"alias", group.alias ? rendered(*group.alias, mount_of) : json::object()},
                      {"member_group_ids", list_or_null(member_groups(group.id))}});
}

answer identity_store::delete_group(const identity_call& call) {
  if (const auto* group = group_at(call.in)) {
    groups_.erase(groups_.find(group->id));
    groups_changed();
  }
  return no_content();
}

answer identity_store::list_groups(const identity_call& call, bool by_name) const {
  std::vector<std::string> keys;
  json info = json::object();
  for (const auto& [id, group] : groups_) {
    keys.push_back(by_name ? group.name : id);
    json line = {{"name", group.name},
                 {"num_member_entities",
                  group.member_entity_ids.value_or(std::vector<std::string>{}).size()},
                 {"num_parent_groups", group.parent_group_ids.size()}};
    if (group.alias)
      line["alias"] = listed(*group.alias, call.mount_of);
    info[id] = std::move(line);
  }
  std::sort(keys.begin(), keys.end());
  return listing(std::move(keys), std::move(info));
}

answer identity_store::look_up_group(const identity_call& call) const {
  const auto& in = call.in;
  if (auto good = check_lookup(in); !good)
    return std::move(good.error());
  const auto* group = group_at(in);
  if (const auto id = in.text("alias_id"); !id.empty())
    group = group_with_alias(id);
  else if (const auto name = in.text("alias_name"); !name.empty())
    group = group_of(in.text("alias_mount_accessor"), name);
  return group == nullptr ? no_content() : show(*group, call.mount_of);
}

} // namespace lapse::identity
