#include "sim/language/setup_compiler.hpp"

#include "actors/protocol/ascii.hpp"
#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/body_writer.hpp"
#include "sim/language/path_check.hpp"
#include "sim/language/policy_place.hpp"
#include "sim/language/tables.hpp"

#include "actors/auth/make_auth_method.hpp"
#include "actors/policy/parse.hpp"
#include "actors/secrets/make_engine.hpp"
#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lapse::language {

namespace {

using pointer = nlohmann::json::json_pointer;

// Entries of a section with a name.
template <class Act>
void each(const document::document_node* map, Act act) {
  for (const auto& entry : document::entries_of(map))
    if (!entry.key.empty())
      act(entry);
}

class setup_writer {
public:
  setup_writer(load_context& context, const server_config& server)
    : context_(context), server_(server) {}

  std::vector<plan::setup_request> write(const document::document_node& scenario) {
    each(scenario.find("policies"), [&](auto& entry) { policy(entry); });
    each(scenario.find("secrets"), [&](auto& entry) { secrets(entry); });
    each(scenario.find("auth"), [&](auto& entry) { auth(entry); });
    for (const auto& [value, text] : with_mounts_)
      write_policy(*value, text);
    if (const auto* known = scenario.find("identity"); known != nullptr && known->is_map())
      identity(*known);
    each(scenario.find("token_roles"), [&](auto& entry) { token_role(entry); });
    return std::move(result_);
  }

private:
  void policy(const document::document_node& value);
  void write_policy(const document::document_node& value, const std::string& text);
  void secrets(const document::document_node& value);
  // The connection that a role names.
  void connection(const std::string& mount, const std::string& name,
                  const secrets::secrets_setup& kind, document::file_position at);
  void auth(const document::document_node& value);
  void principals(const std::string& mount, const auth::login_setup& kind,
                  const document::document_node& section);
  void token_role(const document::document_node& value);
  void identity(const document::document_node& section);
  void entity(const document::document_node& value);
  void members(const document::document_node& value, const document::document_node& section);
  // What an alias, `MOUNT/NAME`, stands for, at `path`; `canonical` is the path of that.
  void alias(std::string path, const document::document_node& of,
             const document::document_node& text, std::string canonical);
  void warn_of_policies_of(const document::document_node& value);
  void warn_of_policies(const document::document_node* names);

  // Enables a mount of the type and TTLs in `value`.
  void enable(std::string path, const document::document_node& value);
  // A request whose body is the keys of `value` that `table` knows.
  plan::setup_request& add(std::string path, document::file_position at,
                           const document::document_node* value, const document::key_table& table,
                           nlohmann::json more = nlohmann::json::object());

  load_context& context_;
  const server_config& server_;
  std::vector<plan::setup_request> result_;
  /// Policies whose templates name auth mounts: they come after those.
  std::vector<std::pair<const document::document_node*, std::string>> with_mounts_;
};

plan::setup_request& setup_writer::add(std::string path, document::file_position at,
                                       const document::document_node* value,
                                       const document::key_table& table, nlohmann::json more) {
  plan::setup_request made;
  made.where = at;
  made.words = "write " + path;
  auto body = std::move(more);
  std::vector<plan::body_key_hole> keys;
  body_writer writer{context_, body, made.holes, keys};
  for (const auto& item : document::entries_of(value)) {
    const auto* spec = table.find(item.key);
    const auto as_it_is =
        !item.is_map() || (spec != nullptr && spec->shape == document::value_shape::object);
    if (spec != nullptr && !item.is_null() && as_it_is)
      writer.parameter(pointer{} / item.key, item, spec->shape);
  }
  auto what = std::make_shared<request>();
  what->op = operation::update;
  what->path = std::move(path);
  what->body = std::move(body);
  made.what = std::move(what);
  result_.push_back(std::move(made));
  return result_.back();
}

void setup_writer::enable(std::string path, const document::document_node& value) {
  static const document::key_table nothing{"", "", {}};
  nlohmann::json body = nlohmann::json::object();
  for (auto key : {"type", "description"})
    if (const auto* text = value.scalar(key))
      body[key] = text->text;
  for (auto key : {"default_lease_ttl", "max_lease_ttl"})
    if (context_.fixed_duration(key, value.find(key)))
      body["config"][key] = value.find(key)->text;
  if (const auto* tokens = value.scalar("token_type"))
    body["config"]["token_type"] = tokens->text;
  if (const auto* version = value.scalar("version"))
    body["options"]["version"] = version->text;
  add(std::move(path), value.key_at, nullptr, nothing, std::move(body)).words =
      "enable " + value.key;
}

// -- identifiers that only the server knows ------------------------------------------------

plan::looked_up look_up(std::string path, std::string key, pointer at) {
  auto ask = std::make_shared<request>();
  ask->op = operation::read;
  ask->path = std::move(path);
  return {std::move(ask), std::move(key), std::move(at)};
}

// What stands in front of an accessor in a template.
constexpr std::string_view selector = "identity.entity.aliases.";

// Templates name a mount by its accessor, which a file cannot know: it writes the path, with its
// final `/`, instead. Each of them once.
std::vector<std::string> mounts_in_templates(std::string_view text) {
  std::vector<std::string> result;
  for (auto at = text.find(selector); at != std::string_view::npos;
       at = text.find(selector, at + 1)) {
    const auto rest = text.substr(at + selector.size());
    const auto slash = rest.substr(0, rest.find("}}")).rfind("/.");
    if (slash == std::string_view::npos)
      continue;
    std::string mount{rest.substr(0, slash + 1)};
    if (std::find(result.begin(), result.end(), mount) == result.end())
      result.push_back(std::move(mount));
  }
  return result;
}

void setup_writer::policy(const document::document_node& value) {
  auto from_file = value.is_map();
  auto text = value.is_scalar() ? std::optional{value.text} : policy_file(context_, value);
  if (!text)
    return;
  auto read = policy::read_policy(value.key, *text, server_.start_unix_s);
  if (const auto* error = std::get_if<policy::policy_error>(&read)) {
    auto at = from_file ? value.find("file")->at
                        : policy_place(context_.source, value, error->line, error->column);
    auto where = from_file && error->line > 0
                     ? fmt::format(", at {}:{} of its file", error->line, error->column)
                     : std::string{};
    context_.faults.report(at, fmt::format("policy {} does not parse{}: {}",
                                           document::in_quotes(value.key), where, error->text));
    return;
  }
  if (mounts_in_templates(*text).empty())
    write_policy(value, *text);
  else
    with_mounts_.emplace_back(&value, std::move(*text));
}

void setup_writer::write_policy(const document::document_node& value, const std::string& text) {
  static const document::key_table nothing{"", "", {}};
  auto& made = add("sys/policies/acl/" + value.key, value.at, nullptr, nothing, {{"policy", text}});
  made.words = "policy " + value.key;
  for (const auto& mount : mounts_in_templates(text)) {
    auto one =
        look_up("sys/auth/" + std::string{trimmed_mount(mount)}, "accessor", pointer{} / "policy");
    one.replaces = mount;
    one.before = selector;
    one.after = ".";
    made.asks.push_back(std::move(one));
  }
}

void setup_writer::secrets(const document::document_node& value) {
  if (!value.is_map())
    return;
  auto mount = std::string{trimmed_mount(value.key)};
  enable("sys/mounts/" + mount, value);
  auto type = value.text_of("type");
  const auto* kind = secrets::find_secrets_setup(type);
  const auto* roles = value.find("roles");
  auto has_roles = kind == nullptr || !kind->role_keys.empty();
  if (roles != nullptr && !has_roles)
    context_.faults.report(roles->key_at, fmt::format("a {} engine has no roles; remove them, or "
                                                      "choose another type",
                                                      type));
  if (const auto* version = value.find("version");
      version != nullptr && (kind == nullptr || !kind->versioned))
    context_.faults.report(version->key_at, "`version` belongs to kv engines; remove it");
  std::set<std::string, std::less<>> connections;
  each(roles, [&](auto& role) {
    if (!has_roles || kind == nullptr || kind->connection_key.empty())
      return;
    const std::string name{role.text_of(kind->connection_key)};
    if (!name.empty() && connections.insert(name).second)
      connection(mount, name, *kind, role.key_at);
  });
  each(roles, [&](auto& role) {
    if (has_roles && role.is_map())
      add(mount + "/roles/" + role.key, role.key_at, &role, secrets_role_table());
  });
}

void setup_writer::connection(const std::string& mount, const std::string& name,
                              const secrets::secrets_setup& kind, document::file_position at) {
  static const document::key_table nothing{"", "", {}};
  add(mount + "/config/" + name, at, nullptr, nothing,
      {{"plugin_name", kind.connection_plugin}, {"allowed_roles", "*"}});
}

void setup_writer::auth(const document::document_node& value) {
  if (!value.is_map())
    return;
  auto mount = std::string{trimmed_mount(value.key)};
  enable("sys/auth/" + mount, value);
  static const auth::login_setup unknown;
  const auto* kind = auth::find_login_setup(value.text_of("type"));
  for (auto section : {"users", "roles"})
    if (const auto* names = value.find(section))
      principals(mount, kind == nullptr ? unknown : *kind, *names);
}

void setup_writer::principals(const std::string& mount, const auth::login_setup& kind,
                              const document::document_node& section) {
  static const document::key_table nothing{"", "", {}};
  auto folder = kind.folder.empty() ? std::string_view{section.key} : kind.folder;
  each(&section, [&](auto& value) {
    if (!value.is_map())
      return;
    nlohmann::json more = nlohmann::json::object();
    // What `login` proves itself with, unless the file says it.
    if (kind.proof_set_up)
      more[std::string{kind.proof}] = value.key;
    auto path = fmt::format("auth/{}/{}/{}", mount, folder, value.key);
    add(path, value.key_at, &value, user_table(), std::move(more));
    const auto* bound = value.find(kind.second_proof_flag);
    if (!kind.second_proof.empty() &&
        (bound == nullptr || document::to_flag(*bound).value_or(true)))
      add(fmt::format("{}/{}", path, kind.second_proof_path), value.key_at, nullptr, nothing,
          {{std::string{kind.second_proof}, value.key}});
    warn_of_policies(value.find("token_policies"));
    warn_of_policies(value.find("policies"));
  });
}

void setup_writer::token_role(const document::document_node& value) {
  if (value.is_map())
    add("auth/token/roles/" + value.key, value.key_at, &value, token_role_table());
}

// -- entities and groups ---------------------------------------------------------------------

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

void setup_writer::identity(const document::document_node& section) {
  each(section.find("entities"), [&](auto& value) {
    if (value.is_map())
      entity(value);
  });
  const auto* groups = section.find("groups");
  // All of them before any has members: a group may be a member of a later one.
  each(groups, [&](auto& value) {
    if (!value.is_map())
      return;
    nlohmann::json more = nlohmann::json::object();
    if (value.find("alias") != nullptr)
      more["type"] = "external";
    add("identity/group/name/" + value.key, value.key_at, &value, sent_of_identity(),
        std::move(more));
    warn_of_policies_of(value);
  });
  each(groups, [&](auto& value) {
    if (value.find("members") != nullptr)
      members(value, section);
    if (const auto* text = value.scalar("alias"))
      alias("identity/group-alias", value, *text, "identity/group/name/" + value.key);
  });
}

void setup_writer::entity(const document::document_node& value) {
  const auto path = "identity/entity/name/" + value.key;
  add(path, value.key_at, &value, sent_of_identity());
  warn_of_policies_of(value);
  const auto* aliases = value.find("aliases");
  if (aliases == nullptr)
    return;
  if (aliases->is_scalar())
    return alias("identity/entity-alias", value, *aliases, path);
  for (const auto& text : aliases->items())
    alias("identity/entity-alias", value, text, path);
}

void setup_writer::alias(std::string path, const document::document_node& of,
                         const document::document_node& text, std::string canonical) {
  static const document::key_table nothing{"", "", {}};
  if (!text.is_scalar())
    return;
  std::string_view whole = text.text;
  if (whole.starts_with("auth/"))
    whole.remove_prefix(5);
  std::string_view mount;
  if (context_.names.find_auth(whole, mount) == nullptr || mount.size() + 1 >= whole.size()) {
    std::vector<std::string_view> mounts;
    for (const auto& [known, entry] : context_.names.auth)
      mounts.push_back(known);
    context_.faults.report(text.at,
                           fmt::format("alias {} of {} names no auth mount{}; write MOUNT/NAME",
                                       document::in_quotes(text.text), document::in_quotes(of.key),
                                       document::did_you_mean(whole, mounts)));
    return;
  }
  auto& made =
      add(std::move(path), text.at, nullptr, nothing, {{"name", whole.substr(mount.size() + 1)}});
  made.words = "alias " + text.text;
  made.asks.push_back(
      look_up("sys/auth/" + std::string{mount}, "accessor", pointer{} / "mount_accessor"));
  made.asks.push_back(look_up(std::move(canonical), "id", pointer{} / "canonical_id"));
}

void setup_writer::members(const document::document_node& value,
                           const document::document_node& section) {
  static const document::key_table nothing{"", "", {}};
  auto body = nlohmann::json::object();
  std::vector<plan::looked_up> asks;
  const auto member = [&](const document::document_node& name) {
    if (!name.is_scalar())
      return;
    for (const auto& [kind, key] :
         {std::pair{"entities", "member_entity_ids"}, std::pair{"groups", "member_group_ids"}}) {
      const auto* known = section.find(kind);
      if (known == nullptr || known->find(name.text) == nullptr)
        continue;
      body[key].push_back("");
      const auto* place = std::string_view{kind} == "entities" ? "entity" : "group";
      asks.push_back(look_up(fmt::format("identity/{}/name/{}", place, name.text), "id",
                             pointer{} / key / (body[key].size() - 1)));
      return;
    }
    std::vector<std::string_view> names;
    for (const auto* kind : {"entities", "groups"})
      for (const auto& entry : entries_of(section.find(kind)))
        names.push_back(entry.key);
    context_.faults.report(name.at, fmt::format("{} of group {} is no entity and no group{}",
                                                document::in_quotes(name.text),
                                                document::in_quotes(value.key),
                                                document::did_you_mean(name.text, names)));
  };
  const auto& list = *value.find("members");
  if (list.is_scalar())
    member(list);
  for (const auto& name : list.items())
    member(name);
  auto& made = add("identity/group/name/" + value.key, list.at, nullptr, nothing, std::move(body));
  made.words = "members of group " + value.key;
  made.asks = std::move(asks);
}

void setup_writer::warn_of_policies_of(const document::document_node& value) {
  warn_of_policies(value.find("policies"));
}

// A policy that nobody wrote is a warning, as on a server.
void setup_writer::warn_of_policies(const document::document_node* names) {
  if (names == nullptr)
    return;
  auto warn = [&](const document::document_node& node, std::string_view name) {
    while (!name.empty() && name.front() == ' ')
      name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ')
      name.remove_suffix(1);
    const auto& known = context_.names.policies;
    auto same = [&](const std::string& other) { return equals_ignoring_case(name, other); };
    if (!name.empty() && std::none_of(known.begin(), known.end(), same) &&
        context_.warnings.size() < document::load_errors_max)
      context_.warnings.push_back({node.at, fmt::format("Policy \"{}\" does not exist", name)});
  };
  for (const auto& name : names->items())
    warn(name, name.text);
  if (!names->is_scalar())
    return;
  std::string_view rest = names->text;
  while (!rest.empty()) {
    auto comma = rest.find(',');
    warn(*names, rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
}

} // namespace

std::vector<plan::setup_request> compile_setup(load_context& context,
                                               const document::document_node& scenario,
                                               const server_config& server) {
  return setup_writer{context, server}.write(scenario);
}

} // namespace lapse::language
