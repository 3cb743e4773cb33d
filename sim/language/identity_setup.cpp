#include "sim/language/identity_setup.hpp"

#include "sim/document/nearest.hpp"
#include "sim/language/tables.hpp"

#include <fmt/format.h>

namespace lapse::language {

namespace {

// Keys of entities and groups that are the server's own; the others take requests of their own.
const document::key_table& sent_of_identity() {
  static const document::key_table sent = [] {
    document::key_table result{"", "", {}};
    for (const auto* name : {"policies", "metadata", "disabled"})
      result.keys.push_back(*identity_entity_table().find(name));
    return result;
  }();
  return sent;
}

class identity_writer {
public:
  identity_writer(setup_requests& to, const document::document_node& section)
    : to_(to), section_(section) {}

  void write();

private:
  void entity(const document::document_node& value);
  void members(const document::document_node& value);
  // What an alias, `MOUNT/NAME`, stands for, at `path`; `canonical` is the path of that.
  void alias(std::string path, const document::document_node& of,
             const document::document_node& text, std::string canonical);

  setup_requests& to_;
  const document::document_node& section_;
};

void identity_writer::write() {
  each(section_.find("entities"), [&](auto& value) {
    if (value.is_map())
      entity(value);
  });
  const auto* groups = section_.find("groups");
  // All of them before any has members: a group may be a member of a later one.
  each(groups, [&](auto& value) {
    if (!value.is_map())
      return;
    nlohmann::json more = nlohmann::json::object();
    if (value.find("alias") != nullptr)
      more["type"] = "external";
    to_.add("identity/group/name/" + value.key, value, sent_of_identity(), std::move(more));
    to_.warn_of_policies(value.find("policies"));
  });
  each(groups, [&](auto& value) {
    if (value.find("members") != nullptr)
      members(value);
    if (const auto* text = value.scalar("alias"))
      alias("identity/group-alias", value, *text, "identity/group/name/" + value.key);
  });
}

void identity_writer::entity(const document::document_node& value) {
  const auto path = "identity/entity/name/" + value.key;
  to_.add(path, value, sent_of_identity());
  to_.warn_of_policies(value.find("policies"));
  const auto* aliases = value.find("aliases");
  if (aliases == nullptr)
    return;
  if (aliases->is_scalar())
    return alias("identity/entity-alias", value, *aliases, path);
  for (const auto& text : aliases->items())
    alias("identity/entity-alias", value, text, path);
}

void identity_writer::alias(std::string path, const document::document_node& of,
                            const document::document_node& text, std::string canonical) {
  if (!text.is_scalar())
    return;
  std::string_view whole = text.text;
  if (whole.starts_with("auth/"))
    whole.remove_prefix(5);
  std::string_view mount;
  if (to_.context().names.find_auth(whole, mount) == nullptr || mount.size() + 1 >= whole.size()) {
    std::vector<std::string_view> mounts;
    for (const auto& [known, entry] : to_.context().names.auth)
      mounts.push_back(known);
    to_.context().faults.report(
        text.at, fmt::format("alias {} of {} names no auth mount{}; write MOUNT/NAME",
                             document::in_quotes(text.text), document::in_quotes(of.key),
                             document::did_you_mean(whole, mounts)));
    return;
  }
  auto& made = to_.add(std::move(path), text.at, {{"name", whole.substr(mount.size() + 1)}});
  made.words = "alias " + text.text;
  made.asks.push_back(
      look_up("sys/auth/" + std::string{mount}, "accessor", body_pointer{} / "mount_accessor"));
  made.asks.push_back(look_up(std::move(canonical), "id", body_pointer{} / "canonical_id"));
}

void identity_writer::members(const document::document_node& value) {
  auto body = nlohmann::json::object();
  std::vector<plan::looked_up> asks;
  const auto member = [&](const document::document_node& name) {
    if (!name.is_scalar())
      return;
    for (const auto& [kind, key] :
         {std::pair{"entities", "member_entity_ids"}, std::pair{"groups", "member_group_ids"}}) {
      const auto* known = section_.find(kind);
      if (known == nullptr || known->find(name.text) == nullptr)
        continue;
      body[key].push_back("");
      const auto* place = std::string_view{kind} == "entities" ? "entity" : "group";
      asks.push_back(look_up(fmt::format("identity/{}/name/{}", place, name.text), "id",
                             body_pointer{} / key / (body[key].size() - 1)));
      return;
    }
    std::vector<std::string_view> names;
    for (const auto* kind : {"entities", "groups"})
      for (const auto& entry : entries_of(section_.find(kind)))
        names.push_back(entry.key);
    to_.context().faults.report(name.at, fmt::format("{} of group {} is no entity and no group{}",
                                                     document::in_quotes(name.text),
                                                     document::in_quotes(value.key),
                                                     document::did_you_mean(name.text, names)));
  };
  const auto& list = *value.find("members");
  if (list.is_scalar())
    member(list);
  for (const auto& name : list.items())
    member(name);
  auto& made = to_.add("identity/group/name/" + value.key, list.at, std::move(body));
  made.words = "members of group " + value.key;
  made.asks = std::move(asks);
}

} // namespace

void write_identity(setup_requests& to, const document::document_node& section) {
  identity_writer{to, section}.write();
}

} // namespace lapse::language
