#include "actors/secrets/database.hpp"

#include "actors/api/answers.hpp"
#include "actors/api/field.hpp"
#include "actors/protocol/glob.hpp"
#include "actors/protocol/integer_text.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/runtime/placeholder.hpp"

#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace lapse::secrets {

namespace {

using json = nlohmann::json;

json shown_config(const json& config) {
  json details = json::object();
  for (const auto& [key, value] : config.items())
    if (key != "password" && key != "plugin_name" && key != "allowed_roles" &&
        key != "root_rotation_statements" && key != "password_policy" && key != "verify_connection")
      details[key] = value;
  return {{"allowed_roles", api::field_reader{config}
                                .comma_list("allowed_roles")
                                .value.value_or(std::vector<std::string>{})},
          {"connection_details", std::move(details)},
          {"password_policy", config.value("password_policy", json(""))},
          {"plugin_name", config.value("plugin_name", json(""))},
          {"plugin_version", ""},
          {"root_credentials_rotate_statements", api::field_reader{config}
                                                     .list("root_rotation_statements")
                                                     .value.value_or(std::vector<std::string>{})}};
}

std::string connection_of(const credential_role& role) {
  return api::field_reader{role.more}.text("db_name").value.value_or("");
}

/// Of a credential's settings the server keeps those that its type has.
json shown_credential_config(const json& role, const std::string& type) {
  static const std::map<std::string, std::vector<std::string>> known{
      {"password", {"password_policy"}},
      {"rsa_private_key", {"format", "key_bits"}},
      {"client_certificate",
       {"common_name_template", "ca_private_key", "ca_cert", "key_type", "key_bits",
        "signature_bits"}}};
  auto result = json::object();
  const auto config = role.find("credential_config");
  const auto keys = known.find(type);
  if (config == role.end() || !config->is_object() || keys == known.end())
    return result;
  for (const auto& key : keys->second)
    if (const auto value = config->find(key); value != config->end()) {
      const auto text = value->is_string() ? value->get<std::string>() : value->dump();
      const auto number = parse_unsigned(text);
      result[key] = key.ends_with("_bits") && number ? json(*number) : json(text);
    }
  return result;
}

json shown_role(const credential_role& role) {
  json result = {{"creation_statements", json::array()},
                 {"credential_type", "password"},
                 {"db_name", ""},
                 {"default_ttl", 0},
                 {"max_ttl", 0},
                 {"renew_statements", json::array()},
                 {"revocation_statements", json::array()},
                 {"rollback_statements", json::array()}};
  const api::field_reader more{role.more};
  for (auto& [key, value] : result.items())
    if (value.is_array())
      value = more.list(key).value.value_or(std::vector<std::string>{});
    else if (auto text = more.text(key).value; value.is_string() && text)
      value = *text;
  if (auto config = shown_credential_config(role.more, result["credential_type"]); !config.empty())
    result["credential_config"] = std::move(config);
  result["default_ttl"] = whole_seconds(role.default_ttl);
  result["max_ttl"] = whole_seconds(role.max_ttl);
  return result;
}

} // namespace

const runtime::engine_paths& database_engine::table() {
  static const runtime::engine_paths paths = [] {
    using enum operation;
    auto rows = role_rows("roles/?", "roles/{name}",
                          {{"db_name", api::field_kind::text, {}, true},
                           {"credential_type", api::field_kind::text, "password"},
                           {"credential_config", api::field_kind::pairs},
                           {"creation_statements", api::field_kind::list},
                           {"revocation_statements", api::field_kind::list},
                           {"renew_statements", api::field_kind::list},
                           {"rollback_statements", api::field_kind::list}},
                          runtime::on<&database_engine::read_role>);
    std::vector<runtime::engine_paths::row> own = {
        {.pattern = "config/?",
         .fields = {},
         .operations = {{list, runtime::on<&database_engine::list_configs>}},
         .help = "the names of all connections"},
        {.pattern = "config/{name}",
         .fields = {{"name"},
                    {"plugin_name", api::field_kind::text, {}, true},
                    {"plugin_version"},
                    {"verify_connection", api::field_kind::boolean, "true"},
                    {"allowed_roles", api::field_kind::comma_list},
                    {"root_rotation_statements", api::field_kind::list},
                    {"password_policy"}},
         .operations = {{read, runtime::on<&database_engine::read_config>},
                        {update, runtime::on<&database_engine::write_config>},
                        {delete_, runtime::on<&database_engine::delete_config>}},
         .exists = runtime::has<&database_engine::has_config>,
         .help = "a connection to a database"},
        {.pattern = "creds/{name}",
         .fields = {{"name"}},
         .operations = {{read, runtime::on<&database_engine::issue>}},
         .help = "a database user, with a lease",
         .external = true},
        {.pattern = "static-roles/?",
         .fields = {},
         .operations = {{list, nullptr}},
         .not_modelled = "no users that outlive their leases"},
        {.pattern = "static-roles/{name}",
         .fields = {},
         .operations = {{read, nullptr}, {update, nullptr}, {delete_, nullptr}},
         .not_modelled = "no users that outlive their leases"},
        {.pattern = "static-creds/{name}",
         .fields = {},
         .operations = {{read, nullptr}},
         .not_modelled = "no users that outlive their leases"},
        {.pattern = "rotate-root/{name}",
         .fields = {{"name"}},
         .operations = {{update, runtime::on<&database_engine::rotate_root>}},
         .help = "a new password for the connection's own user",
         .external = true},
        {.pattern = "rotate-role/{name}",
         .fields = {},
         .operations = {{update, nullptr}},
         .not_modelled = "no users that outlive their leases"},
        {.pattern = "reset/{name}",
         .fields = {{"name"}},
         .operations = {{update, runtime::on<&database_engine::reset>}},
         .help = "open a connection anew",
         .external = true}};
    rows.insert(rows.end(), own.begin(), own.end());
    return runtime::engine_paths{{}, std::move(rows)};
  }();
  return paths;
}

const secrets_setup& database_engine::setup() {
  static const secrets_setup setup = [] {
    secrets_setup made{.role_keys = role_keys(), .gives_out = "creds/", .leased = true};
    made.connection_key = "db_name";
    made.connection_plugin = "postgresql-database-plugin";
    const runtime::setup_key own[] = {
        {"db_name", api::field_kind::text, "Connection of a database role; it is set up, too."},
        {"credential_type", api::field_kind::text, "What a database role gives out (password)."},
        {"credential_config", api::field_kind::pairs, "Kept for reading.", true},
        {"creation_statements", api::field_kind::list, "Kept for reading; no database is asked.",
         true},
        {"revocation_statements", api::field_kind::list, "Kept for reading.", true},
        {"renew_statements", api::field_kind::list, "Kept for reading.", true},
        {"rollback_statements", api::field_kind::list, "Kept for reading.", true}};
    made.role_keys.insert(made.role_keys.end(), std::begin(own), std::end(own));
    return made;
  }();
  return setup;
}

// -- connections ---------------------------------------------------------------------

bool database_engine::has_config(const api::field_data& in) const {
  return configs_.find(in.captured("name")) != configs_.end();
}

answer database_engine::list_configs(const runtime::engine_call&) const {
  return api::key_list(configs_);
}

answer database_engine::read_config(const runtime::engine_call& call) const {
  const auto i = configs_.find(call.in.captured("name"));
  return i == configs_.end() ? nothing_found() : data_answer(shown_config(i->second));
}

answer database_engine::write_config(const runtime::engine_call& call) {
  const auto i = configs_.find(call.in.captured("name"));
  auto merged = i == configs_.end() ? json::object() : i->second;
  if (call.in.body().is_object())
    merged.update(call.in.body());
  if (api::field_reader{merged}.text("plugin_name").value.value_or("").empty())
    return error_answer(400, "empty plugin name");
  configs_.insert_or_assign(std::string{call.in.captured("name")}, std::move(merged));
  return no_content();
}

answer database_engine::delete_config(const runtime::engine_call& call) {
  configs_.erase(std::string{call.in.captured("name")});
  return no_content();
}

answer database_engine::reset(const runtime::engine_call& call) const {
  auto why = unconfigured(call.in.captured("name"));
  return why.empty() ? no_content() : wrapped_error(500, std::move(why));
}

// R-1761
answer database_engine::rotate_root(const runtime::engine_call& call) {
  const auto i = configs_.find(call.in.captured("name"));
  if (i == configs_.end())
    return wrapped_error(500, "failed to find entry for connection with name: " +
                                  quote(call.in.captured("name")));
  for (const auto* key : {"username", "password"})
    if (api::field_reader{i->second}.text(key).value.value_or("").empty())
      return wrapped_error(500, "unable to rotate root credentials: no " + std::string{key} +
                                    " in configuration");
  i->second["password"] = runtime::random_base62(call.draw, 20);
  return no_content();
}

// -- roles and credentials -------------------------------------------------------------

answer database_engine::read_role(const runtime::engine_call& call) const {
  const auto* role = roles_.find(call.in.captured("name"));
  return role ? data_answer(shown_role(*role)) : nothing_found();
}

std::string database_engine::unconfigured(std::string_view connection) const {
  if (connection.empty() || configs_.find(connection) != configs_.end())
    return {};
  return "failed to find entry for connection with name: " + quote(connection);
}

std::string database_engine::refusal(std::string_view name, std::string_view connection) const {
  if (auto why = unconfigured(connection); !why.empty() || connection.empty())
    return why;
  const auto i = configs_.find(connection);
  const auto allowed = api::field_reader{i->second}.comma_list("allowed_roles");
  for (const auto& pattern : allowed.value.value_or(std::vector<std::string>{}))
    if (glob_match(pattern, name))
      return {};
  return quote(name) + " is not an allowed role";
}

runtime::engine_reply database_engine::issue(const runtime::engine_call& call) const {
  const auto name = call.in.text("name");
  const auto* role = roles_.find(name);
  if (!role)
    return error_answer(400, "unknown role: " + name);
  auto connection = connection_of(*role);
  if (const auto why = refusal(name, connection); !why.empty())
    return wrapped_error(500, why);
  const auto unix_s =
      call.start_unix_s + std::chrono::floor<std::chrono::seconds>(call.now).count();
  // `v-MAKER-ROLE-RANDOM-TIME`, cut to what PostgreSQL allows.
  auto username = "v-token-" + name.substr(0, 8) + '-';
  username += runtime::random_base62(call.draw, 20);
  username += '-' + std::to_string(unix_s);
  auto password = runtime::random_base62(call.draw, 20);
  password[password.size() / 2] = '-';
  auto data = json::object();
  data["username"] = std::move(username);
  data["password"] = std::move(password);
  runtime::engine_reply result = data_answer(std::move(data));
  result.secret = terms(name, *role, std::move(connection));
  return result;
}

runtime::secret_terms database_engine::terms(const std::string& name, const credential_role& role,
                                             std::string connection) {
  auto result = credential_roles::terms(name, role, std::move(connection));
  result.tests_ttl = true;
  return result;
}

runtime::renewal_terms database_engine::renew(const runtime::secret_origin& from) const {
  const auto* role = roles_.find(from.role);
  if (!role)
    return tl::unexpected{"error during renew: could not find role with name " + quote(from.role)};
  auto connection = connection_of(*role);
  if (auto why = unconfigured(connection); !why.empty())
    return tl::unexpected{std::move(why)};
  return terms(from.role, *role, std::move(connection));
}

std::string database_engine::revoke(const runtime::secret_origin& from) const {
  // A role that is gone has left behind how its database was reached.
  const auto* role = roles_.find(from.role);
  return unconfigured(role ? connection_of(*role) : from.connection);
}

} // namespace lapse::secrets
