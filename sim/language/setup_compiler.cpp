#include "sim/language/setup_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/body_writer.hpp"
#include "sim/language/path_check.hpp"
#include "sim/language/policy_place.hpp"
#include "sim/language/tables.hpp"

#include "actors/policy/parse.hpp"
#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse {

namespace {

using pointer = nlohmann::json::json_pointer;

// Calls `act` with key node and value of each entry whose key is a text.
template <class Act>
void each(const yaml_node* map, Act act) {
  if (map == nullptr || !map->is_map())
    return;
  for (std::size_t i = 0; i + 1 < map->children.size(); i += 2)
    if (map->children[i]->is_scalar() && !map->children[i]->text.empty())
      act(*map->children[i], *map->children[i + 1]);
}

class setup_writer {
public:
  setup_writer(load_context& context, const server_config& server)
    : context_(context), server_(server) {}

  std::vector<setup_request> write(const yaml_node& scenario) {
    each(scenario.find("policies"), [&](auto& name, auto& value) { policy(name, value); });
    each(scenario.find("secrets"), [&](auto& path, auto& value) { secrets(path, value); });
    each(scenario.find("auth"), [&](auto& path, auto& value) { auth(path, value); });
    each(scenario.find("token_roles"), [&](auto& name, auto& value) { token_role(name, value); });
    return std::move(result_);
  }

private:
  void policy(const yaml_node& name, const yaml_node& value);
  void secrets(const yaml_node& path, const yaml_node& value);
  void auth(const yaml_node& path, const yaml_node& value);
  void principals(const std::string& mount, std::string_view type, const yaml_node& section,
                  std::string_view kind);
  void token_role(const yaml_node& name, const yaml_node& value);
  void warn_of_policies(const yaml_node* names);

  // Enables a mount of the type and TTLs in `value`.
  void enable(std::string path, const yaml_node& at, const yaml_node& value);
  // A request whose body is the keys of `value` that `table` knows.
  setup_request& add(std::string path, const yaml_node& at, const yaml_node* value,
                     const key_table& table, nlohmann::json more = nlohmann::json::object());

  load_context& context_;
  const server_config& server_;
  std::vector<setup_request> result_;
};

setup_request& setup_writer::add(std::string path, const yaml_node& at, const yaml_node* value,
                                 const key_table& table, nlohmann::json more) {
  setup_request made;
  made.where = at.at;
  made.words = "write " + path;
  auto body = std::move(more);
  std::vector<body_key_hole> keys;
  body_writer writer{context_, body, made.holes, keys};
  each(value, [&](auto& key, auto& item) {
    const auto* spec = table.find(key.text);
    if (spec != nullptr && !item.is_null() && !item.is_map())
      writer.parameter(pointer{} / key.text, item, spec->shape);
  });
  auto what = std::make_shared<request>();
  what->op = operation::update;
  what->path = std::move(path);
  what->body = std::move(body);
  made.what = std::move(what);
  result_.push_back(std::move(made));
  return result_.back();
}

void setup_writer::enable(std::string path, const yaml_node& at, const yaml_node& value) {
  static const key_table nothing{"", "", {}};
  nlohmann::json body = nlohmann::json::object();
  for (auto key : {"type", "description"})
    if (const auto* text = value.find(key); text != nullptr && text->is_scalar())
      body[key] = text->text;
  for (auto key : {"default_lease_ttl", "max_lease_ttl"})
    if (context_.fixed_duration(key, value.find(key)))
      body["config"][key] = value.find(key)->text;
  if (const auto* tokens = value.find("token_type"); tokens != nullptr && tokens->is_scalar())
    body["config"]["token_type"] = tokens->text;
  if (const auto* version = value.find("version"); version != nullptr && version->is_scalar())
    body["options"]["version"] = version->text;
  add(std::move(path), at, nullptr, nothing, std::move(body)).words = "enable " + at.text;
}

void setup_writer::policy(const yaml_node& name, const yaml_node& value) {
  auto from_file = value.is_map();
  auto text = value.is_scalar() ? std::optional{value.text} : policy_file(context_, value);
  if (!text)
    return;
  auto read = read_policy(name.text, *text, server_.start_unix_s);
  if (const auto* error = std::get_if<policy_error>(&read)) {
    auto at = from_file ? value.find("file")->at
                        : policy_place(context_.source, value, error->line, error->column);
    auto where = from_file && error->line > 0
                     ? fmt::format(", at {}:{} of its file", error->line, error->column)
                     : std::string{};
    context_.faults.report(at, fmt::format("policy {} does not parse{}: {}", in_quotes(name.text),
                                           where, error->text));
    return;
  }
  static const key_table nothing{"", "", {}};
  add("sys/policies/acl/" + name.text, value, nullptr, nothing, {{"policy", *text}}).words =
      "policy " + name.text;
}

void setup_writer::secrets(const yaml_node& path, const yaml_node& value) {
  if (!value.is_map())
    return;
  auto mount = std::string{trimmed_mount(path.text)};
  enable("sys/mounts/" + mount, path, value);
  const auto* type = value.find("type");
  auto kind = type != nullptr && type->is_scalar() ? type->text : std::string{};
  const auto* roles = value.find("roles");
  if (kind == "kv" && roles != nullptr)
    context_.faults.report(value.find_key("roles")->at, "a kv engine has no roles; remove them, or "
                                                        "choose another type");
  if (const auto* version = value.find_key("version"); version != nullptr && kind != "kv")
    context_.faults.report(version->at, "`version` belongs to kv engines; remove it");
  each(roles, [&](auto& name, auto& role) {
    if (kind == "kv" || !role.is_map())
      return;
    add(mount + "/roles/" + name.text, name, &role, secrets_role_table());
  });
}

void setup_writer::auth(const yaml_node& path, const yaml_node& value) {
  if (!value.is_map())
    return;
  auto mount = std::string{trimmed_mount(path.text)};
  enable("sys/auth/" + mount, path, value);
  const auto* type = value.find("type");
  auto kind = type != nullptr && type->is_scalar() ? type->text : std::string{};
  for (auto section : {"users", "roles"})
    if (const auto* names = value.find(section))
      principals(mount, kind, *names, section);
}

void setup_writer::principals(const std::string& mount, std::string_view type,
                              const yaml_node& section, std::string_view kind) {
  auto approle = type == "approle";
  auto folder = approle ? "role" : type == "userpass" ? "users" : std::string{kind};
  each(&section, [&](auto& name, auto& value) {
    if (!value.is_map())
      return;
    nlohmann::json more = nlohmann::json::object();
    // What `login` proves itself with, unless the file says it.
    if (type == "userpass")
      more["password"] = name.text;
    if (approle)
      more["role_id"] = name.text;
    auto path = "auth/" + mount + "/" + folder + "/" + name.text;
    add(path, name, &value, user_table(), std::move(more));
    const auto* bound = value.find("bind_secret_id");
    if (approle && (bound == nullptr || to_flag(*bound).value_or(true))) {
      static const key_table nothing{"", "", {}};
      add(path + "/custom-secret-id", name, nullptr, nothing, {{"secret_id", name.text}});
    }
    warn_of_policies(value.find("token_policies"));
    warn_of_policies(value.find("policies"));
  });
}

void setup_writer::token_role(const yaml_node& name, const yaml_node& value) {
  if (value.is_map())
    add("auth/token/roles/" + name.text, name, &value, token_role_table());
}

// A policy that nobody wrote is a warning, as on a server.
void setup_writer::warn_of_policies(const yaml_node* names) {
  if (names == nullptr)
    return;
  auto warn = [&](const yaml_node& node, std::string_view name) {
    while (!name.empty() && name.front() == ' ')
      name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ')
      name.remove_suffix(1);
    const auto& known = context_.names.policies;
    auto same = [&](const std::string& other) { return equal_names(name, other); };
    if (!name.empty() && std::none_of(known.begin(), known.end(), same) &&
        context_.warnings.size() < load_errors_max)
      context_.warnings.push_back({node.at, fmt::format("Policy \"{}\" does not exist", name)});
  };
  if (names->is_sequence())
    for (const auto* name : names->children)
      warn(*name, name->text);
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

server_config compile_server(load_context& context, const yaml_node& scenario) {
  server_config result;
  if (auto seed = context.fixed_number("seed", scenario.find("seed")))
    result.seed = static_cast<std::uint64_t>(*seed);
  const auto* server = scenario.find("server");
  if (server == nullptr || !server->is_map())
    return result;
  auto set = [&](std::string_view key, duration& target) {
    if (auto value = context.fixed_duration(key, server->find(key)))
      target = *value;
  };
  set("default_lease_ttl", result.default_lease_ttl);
  set("max_lease_ttl", result.max_lease_ttl);
  // A server takes 0 for a setting left out (R-1303).
  const server_config unset;
  if (result.default_lease_ttl == duration::zero())
    result.default_lease_ttl = unset.default_lease_ttl;
  if (result.max_lease_ttl == duration::zero())
    result.max_lease_ttl = unset.max_lease_ttl;
  set("revocation_delay", result.revocation_delay);
  if (const auto* start = server->find("start"); start != nullptr && start->is_scalar())
    result.start_unix_s = to_unix_seconds(start->text).value_or(result.start_unix_s);
  if (const auto* root = server->find("root"); root != nullptr && root->text == "dev")
    result.root = server_config::root_kind::dev;
  if (const auto* jitter = server->find("revocation_jitter"))
    result.revocation_jitter = to_flag(*jitter).value_or(false);
  constexpr std::int64_t workers_max = 1'000'000;
  const auto* workers = server->find("revocation_workers");
  if (auto count = context.fixed_number("revocation_workers", workers)) {
    if (*count == 0 || *count > workers_max)
      context.faults.report(workers->at,
                            fmt::format("`revocation_workers` is {}; expected a number "
                                        "from 1 to {}",
                                        *count, workers_max));
    else if (*count > 0) // the shape check has refused others
      result.revocation_workers = static_cast<int>(*count);
  }
  if (result.default_lease_ttl > result.max_lease_ttl) {
    // R-1303
    const auto* blamed = server->find("default_lease_ttl");
    if (blamed == nullptr)
      blamed = server->find("max_lease_ttl");
    context.faults.report(blamed->at, fmt::format("default TTL {} is larger than the maximum {}: a "
                                                  "server says `cannot have DefaultLeaseTTL larger "
                                                  "than MaxLeaseTTL`; change one of them",
                                                  format_duration(result.default_lease_ttl),
                                                  format_duration(result.max_lease_ttl)));
  }
  return result;
}

std::vector<setup_request> compile_setup(load_context& context, const yaml_node& scenario,
                                         const server_config& server) {
  return setup_writer{context, server}.write(scenario);
}

} // namespace lapse
