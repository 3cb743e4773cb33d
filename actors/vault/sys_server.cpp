// What administrators ask of the server itself: who is locked out, how much there is, what is
// logged, which plugins there are (R-1227).

#include "actors/api/answers.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/vault/plugin_version.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::vault {

namespace {

using json = nlohmann::json;

} // namespace

// -- locked users (R-709) -------------------------------------------------------------------------

void vault::list_locked_users(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto wanted = in.text("mount_accessor");
  std::vector<std::pair<std::string, std::vector<std::string>>> found;
  for (const auto& [path, m] : env_.mounts.all()) {
    if (!m->engine || (!wanted.empty() && m->accessor != wanted))
      continue;
    if (auto users = env_.engine_of(*m).locked_users(*m, env_.now());
        !users.empty() || !wanted.empty())
      found.emplace_back(m->accessor, std::move(users));
  }
  std::sort(found.begin(), found.end());
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  std::size_t total = 0;
  json accessors = json::array();
  for (auto& [accessor, users] : found) {
    total += users.size();
    accessors.push_back({{"mount_accessor", accessor},
                         {"counts", users.size()},
                         {"alias_identifiers", std::move(users)}});
  }
  const json root = {{"namespace_id", "root"},
                     {"namespace_path", ""},
                     {"counts", total},
                     {"mount_accessors", std::move(accessors)}};
  finish(x, data_answer({{"by_namespace", json::array({root})}, {"total", total}}));
}

void vault::unlock_user(const runtime::exchange_ptr& x, const api::field_data& in) {
  for (const auto& [path, m] : env_.mounts.all())
    if (m->engine && m->accessor == in.captured("mount_accessor")) {
      env_.touch(m->backend.index, runtime::access::write);
      m->engine->unlock_user(in.captured("alias_identifier"));
    }
  finish(x, no_content());
}

// -- counts
// -----------------------------------------------------------------------------------------

void vault::count_tokens(const runtime::exchange_ptr& x, const api::field_data&) {
  std::size_t total = 0;
  env_.slots.for_each_record([&](const runtime::slot_identity& s) {
    if (s.kind == runtime::slot_kind::token && s.type == token_type::service)
      ++total;
  });
  finish(x, data_answer({{"counters", {{"service_tokens", {{"total", total}}}}}}));
}

void vault::count_entities(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, data_answer({{"counters", {{"entities", {{"total", shared_.identities->size()}}}}}}));
}

// -- log levels
// ------------------------------------------------------------------------------------

namespace {

/// A level as the server calls it; none: there is no such level.
std::optional<std::string> log_level(std::string_view asked) {
  const auto name = lower_case(trimmed(asked));
  if (name == "trace" || name == "debug" || name == "warn" || name == "error")
    return name;
  if (name == "info" || name == "notice" || name.empty())
    return "info";
  if (name == "warning")
    return "warn";
  return name == "err" ? std::optional<std::string>{"error"} : std::nullopt;
}

tl::expected<std::string, answer> level_of(const api::field_data& in) {
  const auto refused = [](std::string why) {
    return tl::unexpected{error_answer(400, std::move(why))};
  };
  if (!in.given("level"))
    return refused("level is required");
  const auto asked = in.text("level");
  if (asked.empty())
    return refused("level is empty");
  auto level = log_level(asked);
  if (!level)
    return refused("invalid level provided: unknown log level: " + lower_case(trimmed(asked)));
  return std::move(*level);
}

} // namespace

std::vector<std::string> vault::logger_names() const {
  std::vector<std::string> names = {"audit",
                                    "core",
                                    "core.cluster-listener",
                                    "core.cluster-listener.tcp",
                                    "core.router",
                                    "core.storagepacker.entities",
                                    "core.storagepacker.groups",
                                    "core.storagepacker.local-aliases",
                                    "expiration",
                                    "expiration.job-manager",
                                    "grpclogfaker",
                                    "identity",
                                    "mfa",
                                    "namespace",
                                    "policy",
                                    "quotas",
                                    "rollback",
                                    "seals",
                                    "storage.cache",
                                    "storage.inmem",
                                    "system",
                                    "token",
                                    "workflow"};
  for (const auto& [path, m] : env_.mounts.all())
    names.push_back((m->auth ? "auth." : "secrets.") + m->type + '.' + m->accessor);
  return names;
}

namespace {

/// One logger is asked for, and not named.
bool unnamed(const api::field_data& in) {
  return in.declares("name") && in.captured("name").empty();
}

} // namespace

void vault::read_loggers(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (unnamed(in))
    return finish(x, error_answer(400, "name is empty"));
  const auto wanted = in.captured("name");
  json levels = json::object();
  for (const auto& name : logger_names())
    if (wanted.empty() || name == wanted) {
      const auto own = log_levels_.find(name);
      levels[name] = own == log_levels_.end() ? log_level_ : own->second;
    }
  finish(x, data_answer(std::move(levels)));
}

void vault::write_loggers(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (unnamed(in))
    return finish(x, error_answer(400, "name is empty"));
  auto level = level_of(in);
  if (!level)
    return finish(x, std::move(level.error()));
  set_log_level(x, in.captured("name"), std::move(*level));
}

void vault::reset_loggers(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (unnamed(in))
    return finish(x, error_answer(400, "name is empty"));
  set_log_level(x, in.captured("name"), "info");
}

void vault::set_log_level(const runtime::exchange_ptr& x, std::string_view name,
                          std::string level) {
  if (name.empty()) {
    log_levels_.clear();
    log_level_ = std::move(level);
    return finish(x, no_content());
  }
  const auto names = logger_names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    return finish(x, error_answer(400, "logger " + quote(name) + " not found"));
  log_levels_.insert_or_assign(std::string{name}, std::move(level));
  finish(x, no_content());
}

// -- quotas: their settings, which limit nothing by themselves
// --------------------------------------

void vault::read_quotas(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, data_answer({{"enable_rate_limit_audit_logging", quotas_.audited},
                         {"enable_rate_limit_response_headers", quotas_.in_headers},
                         {"rate_limit_exempt_paths", quotas_.exempt_paths}}));
}

void vault::write_quotas(const runtime::exchange_ptr& x, const api::field_data& in) {
  quotas_ = {in.boolean("enable_rate_limit_audit_logging"),
             in.boolean("enable_rate_limit_response_headers"), in.list("rate_limit_exempt_paths")};
  finish(x, no_content());
}

// -- plugins
// ----------------------------------------------------------------------------------------

namespace {

struct plugin_type {
  std::string_view name;
  std::vector<std::string_view> plugins;
};

const std::vector<plugin_type>& plugin_types() {
  static const std::vector<plugin_type> all = {
      {"auth",
       {"approle", "cert", "jwt", "kerberos", "kubernetes", "ldap", "oidc", "radius", "userpass"}},
      {"database",
       {"cassandra-database-plugin", "influxdb-database-plugin", "mysql-aurora-database-plugin",
        "mysql-database-plugin", "mysql-legacy-database-plugin", "mysql-rds-database-plugin",
        "postgresql-database-plugin", "redis-database-plugin", "valkey-database-plugin"}},
      {"secret",
       {"kubernetes", "kv", "ldap", "openldap", "pki", "rabbitmq", "ssh", "totp", "transit"}}};
  return all;
}

} // namespace

bool is_builtin_plugin(std::string_view type, std::string_view name) {
  for (const auto& kind : plugin_types())
    if (kind.name == type)
      return std::find(kind.plugins.begin(), kind.plugins.end(), name) != kind.plugins.end();
  return false;
}

void vault::read_plugins(const runtime::exchange_ptr& x, const api::field_data&) {
  json data = {{"detailed", json::array()}};
  for (const auto& type : plugin_types()) {
    data[std::string{type.name}] = type.plugins;
    for (const auto name : type.plugins) {
      data["detailed"].push_back({{"builtin", true},
                                  {"deprecation_status", "supported"},
                                  {"name", name},
                                  {"type", type.name},
                                  {"version", builtin_version}});
    }
  }
  finish(x, data_answer(std::move(data)));
}

template <int Type>
void vault::list_plugins(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, data_answer({{"keys", plugin_types()[Type].plugins}}));
}

std::vector<runtime::actor_paths<vault>::row> vault::server_rows() {
  using enum operation;
  return {{.pattern = "locked-users/{mount_accessor+}/unlock/{alias_identifier+}",
           .fields = {{"mount_accessor"}, {"alias_identifier"}},
           .operations = {{update, runtime::by<&vault::unlock_user>}},
           .help = "let a user log in who is locked out"},
          {.pattern = "locked-users",
           .fields = {{"mount_accessor"}},
           .operations = {{read, runtime::by<&vault::list_locked_users>}},
           .help = "who is locked out"},
          {.pattern = "internal/counters/tokens",
           .fields = {},
           .operations = {{read, runtime::by<&vault::count_tokens>}},
           .help = "how many service tokens there are"},
          {.pattern = "internal/counters/entities",
           .fields = {},
           .operations = {{read, runtime::by<&vault::count_entities>}},
           .help = "how many entities there are"},
          {.pattern = "loggers",
           .fields = {{"level"}},
           .operations = {{read, runtime::by<&vault::read_loggers>},
                          {update, runtime::by<&vault::write_loggers>},
                          {delete_, runtime::by<&vault::reset_loggers>}},
           .help = "the log levels"},
          {.pattern = "loggers/{name*}",
           .fields = {{"name"}, {"level"}},
           .operations = {{read, runtime::by<&vault::read_loggers>},
                          {update, runtime::by<&vault::write_loggers>},
                          {delete_, runtime::by<&vault::reset_loggers>}},
           .help = "the level of one logger"},
          {.pattern = "quotas/config",
           .fields = {{"enable_rate_limit_audit_logging", api::field_kind::boolean},
                      {"enable_rate_limit_response_headers", api::field_kind::boolean},
                      {"rate_limit_exempt_paths", api::field_kind::list}},
           .operations = {{read, runtime::by<&vault::read_quotas>},
                          {update, runtime::by<&vault::write_quotas>}},
           .help = "what holds for all quotas"},
          {.pattern = "plugins/catalog/?",
           .fields = {},
           .operations = {{read, runtime::by<&vault::read_plugins>}},
           .help = "the plugins that can be mounted"},
          {.pattern = "plugins/catalog/auth/?",
           .fields = {},
           .operations = {{list, runtime::by<&vault::list_plugins<0>>}},
           .help = "the auth methods that can be mounted"},
          {.pattern = "plugins/catalog/database/?",
           .fields = {},
           .operations = {{list, runtime::by<&vault::list_plugins<1>>}},
           .help = "the databases that can be connected to"},
          {.pattern = "plugins/catalog/secret/?",
           .fields = {},
           .operations = {{list, runtime::by<&vault::list_plugins<2>>}},
           .help = "the secrets engines that can be mounted"}};
}

} // namespace lapse::vault
