#include "actors/secrets/database.hpp"

#include "actors/protocol/quote.hpp"
#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/runtime/placeholder.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse {

namespace {

using json = nlohmann::json;

/// `*` in `pattern` stands for any text at its front or back.
bool glob_matches(std::string_view pattern, std::string_view name) {
  if (pattern == "*")
    return true;
  const bool open_back = !pattern.empty() && pattern.back() == '*';
  if (open_back)
    pattern.remove_suffix(1);
  const bool open_front = !pattern.empty() && pattern.front() == '*';
  if (open_front)
    pattern.remove_prefix(1);
  if (open_front && open_back)
    return name.find(pattern) != std::string_view::npos;
  if (open_front)
    return name.size() >= pattern.size() && name.substr(name.size() - pattern.size()) == pattern;
  return open_back ? name.substr(0, pattern.size()) == pattern : name == pattern;
}

/// Paths a real server has and lapse leaves out.
bool is_unmodelled(std::string_view first) {
  return first == "static-roles" || first == "static-creds" || first == "rotate-root" ||
         first == "rotate-role" || first == "reset" || first == "reload";
}

json read_config(const json& config) {
  json details = json::object();
  for (const auto& [key, value] : config.items())
    if (key != "password" && key != "plugin_name" && key != "allowed_roles" &&
        key != "root_rotation_statements" && key != "password_policy" && key != "verify_connection")
      details[key] = value;
  return {
      {"allowed_roles",
       field_reader{config}.comma_list("allowed_roles").value.value_or(std::vector<std::string>{})},
      {"connection_details", std::move(details)},
      {"password_policy", config.value("password_policy", json(""))},
      {"plugin_name", config.value("plugin_name", json(""))},
      {"plugin_version", ""},
      {"root_credentials_rotate_statements", field_reader{config}
                                                 .list("root_rotation_statements")
                                                 .value.value_or(std::vector<std::string>{})}};
}

json read_role(const credential_role& role) {
  json result = {{"creation_statements", json::array()},
                 {"credential_type", "password"},
                 {"db_name", ""},
                 {"default_ttl", 0},
                 {"max_ttl", 0},
                 {"renew_statements", json::array()},
                 {"revocation_statements", json::array()},
                 {"rollback_statements", json::array()}};
  const field_reader more{role.more};
  for (auto& [key, value] : result.items())
    if (value.is_array())
      value = more.list(key).value.value_or(std::vector<std::string>{});
    else if (auto text = more.text(key).value; value.is_string() && text)
      value = *text;
  result["default_ttl"] = whole_seconds(role.default_ttl);
  result["max_ttl"] = whole_seconds(role.max_ttl);
  return result;
}

} // namespace

std::optional<bool> database_engine::exists(std::string_view path) const {
  if (take_prefix(path, "roles/"))
    return roles_.find(path) != nullptr;
  if (take_prefix(path, "config/"))
    return configs_.find(path) != configs_.end();
  return std::nullopt;
}

bool database_engine::external(operation op, std::string_view path) const {
  return op == operation::read && take_prefix(path, "creds/");
}

engine_reply database_engine::handle(const engine_call& call) {
  auto name = call.path;
  const auto first = take_segment(name);
  if (is_unmodelled(first))
    return {unmodelled(call.at.path, call.path), {}, {}};
  if (name.find('/') != std::string_view::npos)
    return {unsupported_path(), {}, {}};
  if (first == "config")
    return {config(call, name), {}, {}};
  if (first == "roles")
    return {roles(call, name), {}, {}};
  if (first == "creds" && !name.empty())
    return issue(call, name);
  return {unsupported_path(), {}, {}};
}

answer database_engine::config(const engine_call& call, std::string_view name) {
  if (name.empty())
    return call.op == operation::list ? key_list(configs_) : unsupported_operation();
  const auto i = configs_.find(name);
  switch (call.op) {
    case operation::read:
      return i == configs_.end() ? nothing_found() : data_answer(read_config(i->second));
    case operation::create:
    case operation::update: {
      auto merged = i == configs_.end() ? json::object() : i->second;
      if (call.what.body.is_object())
        merged.update(call.what.body);
      const field_reader fields{merged};
      if (auto roles = fields.comma_list("allowed_roles"); !roles.ok())
        return error_answer(400, std::move(roles.error));
      if (fields.text("plugin_name").value.value_or("").empty())
        return error_answer(400, "empty plugin name");
      configs_.insert_or_assign(std::string{name}, std::move(merged));
      return no_content();
    }
    case operation::delete_:
      if (i != configs_.end())
        configs_.erase(i);
      return no_content();
    default:
      return unsupported_operation();
  }
}

answer database_engine::roles(const engine_call& call, std::string_view name) {
  if (name.empty())
    return roles_.list(call.op);
  switch (call.op) {
    case operation::read:
      if (const auto* role = roles_.find(name))
        return data_answer(read_role(*role));
      return nothing_found();
    case operation::create:
    case operation::update:
      return roles_.write(name, call.what.body,
                          {"db_name", "creation_statements", "revocation_statements",
                           "rollback_statements", "renew_statements", "credential_type"});
    case operation::delete_:
      return roles_.remove(name);
    default:
      return unsupported_operation();
  }
}

std::string database_engine::refusal(std::string_view name, const credential_role& role) const {
  const auto connection = field_reader{role.more}.text("db_name").value.value_or("");
  if (connection.empty())
    return {};
  const auto i = configs_.find(connection);
  if (i == configs_.end())
    return "failed to find entry for connection with name: " + quote(connection);
  const auto allowed = field_reader{i->second}.comma_list("allowed_roles");
  for (const auto& pattern : allowed.value.value_or(std::vector<std::string>{}))
    if (glob_matches(pattern, name))
      return {};
  return quote(name) + " is not an allowed role";
}

engine_reply database_engine::issue(const engine_call& call, std::string_view name) const {
  if (call.op != operation::read)
    return {unsupported_operation(), {}, {}};
  const auto* role = roles_.find(name);
  if (!role)
    return {error_answer(400, "unknown role: " + std::string{name}), {}, {}};
  if (const auto why = refusal(name, *role); !why.empty())
    return {wrapped_error(500, why), {}, {}};
  const auto unix_s =
      call.start_unix_s + std::chrono::floor<std::chrono::seconds>(call.now).count();
  // `v-MAKER-ROLE-RANDOM-TIME`, cut to what PostgreSQL allows.
  auto username = "v-token-" + std::string{name.substr(0, 8)} + '-';
  username += random_base62(call.draw, 20);
  username += '-' + std::to_string(unix_s);
  auto password = random_base62(call.draw, 20);
  password[password.size() / 2] = '-';
  return {data_answer({{"username", username}, {"password", password}}),
          credential_roles::terms(name, *role),
          {}};
}

std::variant<secret_terms, std::string, std::monostate>
database_engine::renew(std::string_view role) const {
  if (const auto* found = roles_.find(role))
    return credential_roles::terms(role, *found);
  return "error during renew: could not find role with name " + quote(role);
}

} // namespace lapse
