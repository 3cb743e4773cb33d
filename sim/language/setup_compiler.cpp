#include "sim/language/setup_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/identity_setup.hpp"
#include "sim/language/policy_place.hpp"
#include "sim/language/scenario_files.hpp"
#include "sim/language/setup_requests.hpp"
#include "sim/language/tables.hpp"

#include "actors/auth/make_auth_method.hpp"
#include "actors/policy/parse.hpp"
#include "actors/secrets/make_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lapse::language {

namespace {

class setup_writer : setup_requests {
public:
  setup_writer(load_context& context, const server_config& server)
    : setup_requests(context), server_(server) {}

  std::vector<plan::setup_request> write(const document::document_node& scenario) {
    each(scenario.find("policies"), [&](auto& entry) { policy(entry); });
    each(scenario.find("secrets"), [&](auto& entry) { secrets(entry); });
    each(scenario.find("auth"), [&](auto& entry) { auth(entry); });
    for (const auto& [value, text] : with_mounts_)
      write_policy(*value, text);
    if (const auto* known = scenario.find("identity"); known != nullptr && known->is_map())
      write_identity(*this, *known);
    each(scenario.find("token_roles"), [&](auto& entry) { token_role(entry); });
    if (!kept_.empty())
      context().warnings.push_back(
          {kept_at_, fmt::format("kept for reading, and without effect on any lifecycle: {}",
                                 fmt::join(kept_, ", "))});
    return take();
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
  // Notes the keys that decide nothing here, once for the file.
  void note_kept(const document::document_node& value, const std::vector<runtime::setup_key>& keys);
  // Enables a mount of the type and TTLs in `value`.
  void enable(std::string path, const document::document_node& value);

  const server_config& server_;
  /// Policies whose templates name auth mounts: they come after those.
  std::vector<std::pair<const document::document_node*, std::string>> with_mounts_;
  /// Keys that are kept for reading, and where the first of them stands.
  std::set<std::string_view> kept_;
  document::file_position kept_at_;
};

void setup_writer::note_kept(const document::document_node& value,
                             const std::vector<runtime::setup_key>& keys) {
  for (const auto& entry : document::entries_of(&value))
    for (const auto& key : keys)
      if (key.kept && key.name == entry.key) {
        if (kept_.empty())
          kept_at_ = entry.key_at;
        kept_.insert(key.name);
      }
}

void setup_writer::enable(std::string path, const document::document_node& value) {
  nlohmann::json body = nlohmann::json::object();
  for (auto key : {"type", "description"})
    if (const auto* text = value.scalar(key))
      body[key] = text->text;
  for (auto key : {"default_lease_ttl", "max_lease_ttl"})
    if (context().fixed_duration(key, value.find(key)))
      body["config"][key] = value.find(key)->text;
  if (const auto* tokens = value.scalar("token_type"))
    body["config"]["token_type"] = tokens->text;
  if (const auto* version = value.scalar("version"))
    body["options"]["version"] = version->text;
  add(std::move(path), value.key_at, std::move(body)).words = "enable " + value.key;
}

// -- identifiers that only the server knows ------------------------------------------------

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
  auto text = policy_text(value, context().faults, context().options.folder);
  if (!text)
    return;
  if (const auto read = policy::read_policy(value.key, *text, server_.start_unix_s); !read) {
    const auto& error = read.error();
    auto at = from_file ? value.find("file")->at
                        : policy_place(context().source, value, error.line, error.column);
    auto where = from_file && error.line > 0
                     ? fmt::format(", at {}:{} of its file", error.line, error.column)
                     : std::string{};
    context().faults.report(at, fmt::format("policy {} does not parse{}: {}",
                                            document::in_quotes(value.key), where, error.text));
    return;
  }
  if (mounts_in_templates(*text).empty())
    write_policy(value, *text);
  else
    with_mounts_.emplace_back(&value, std::move(*text));
}

void setup_writer::write_policy(const document::document_node& value, const std::string& text) {
  auto& made = add("sys/policies/acl/" + value.key, value.at, {{"policy", text}});
  made.words = "policy " + value.key;
  for (const auto& mount : mounts_in_templates(text)) {
    auto one = look_up("sys/auth/" + std::string{trimmed_mount(mount)}, "accessor",
                       body_pointer{} / "policy");
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
    context().faults.report(roles->key_at, fmt::format("a {} engine has no roles; remove them, or "
                                                       "choose another type",
                                                       type));
  if (const auto* version = value.find("version");
      version != nullptr && (kind == nullptr || !kind->versioned))
    context().faults.report(version->key_at, "`version` belongs to kv engines; remove it");
  std::set<std::string, std::less<>> connections;
  each(roles, [&](auto& role) {
    if (!has_roles || kind == nullptr || kind->connection_key.empty())
      return;
    const std::string name{role.text_of(kind->connection_key)};
    if (!name.empty() && connections.insert(name).second)
      connection(mount, name, *kind, role.key_at);
  });
  each(roles, [&](auto& role) {
    if (kind != nullptr)
      note_kept(role, kind->role_keys);
    if (has_roles && role.is_map())
      add(mount + "/roles/" + role.key, role, secrets_role_table());
  });
}

void setup_writer::connection(const std::string& mount, const std::string& name,
                              const secrets::secrets_setup& kind, document::file_position at) {
  add(mount + "/config/" + name, at,
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
  auto folder = kind.folder.empty() ? std::string_view{section.key} : kind.folder;
  each(&section, [&](auto& value) {
    if (!value.is_map())
      return;
    nlohmann::json more = nlohmann::json::object();
    // What `login` proves itself with, unless the file says it.
    if (kind.proof_set_up)
      more[std::string{kind.proof}] = value.key;
    auto path = fmt::format("auth/{}/{}/{}", mount, folder, value.key);
    add(path, value, user_table(), std::move(more));
    const auto* bound = value.find(kind.second_proof_flag);
    if (!kind.second_proof_path.empty() &&
        (bound == nullptr || document::to_flag(*bound).value_or(true)))
      add(fmt::format("{}/{}", path, kind.second_proof_path), value.key_at,
          {{std::string{kind.second_proof}, value.key}});
    note_kept(value, kind.keys);
    warn_of_policies(value.find("token_policies"));
    warn_of_policies(value.find("policies"));
  });
}

void setup_writer::token_role(const document::document_node& value) {
  if (value.is_map())
    add("auth/token/roles/" + value.key, value, token_role_table());
}

} // namespace

std::vector<plan::setup_request> compile_setup(load_context& context,
                                               const document::document_node& scenario,
                                               const server_config& server) {
  return setup_writer{context, server}.write(scenario);
}

} // namespace lapse::language
