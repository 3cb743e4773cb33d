// sys/mounts and sys/auth: the mount table and its tuning (R-653, R-654, R-1304, R-1721).

#include "actors/api/answers.hpp"
#include "actors/api/field.hpp"
#include "actors/auth/make_auth_method.hpp"
#include "actors/lease/backend.hpp"
#include "actors/lease/revocation_queue.hpp"
#include "actors/secrets/make_engine.hpp"
#include "actors/ttl/duration.hpp"
#include "actors/vault/vault.hpp"

#include <fmt/format.h>

namespace lapse::vault {

namespace {

using json = nlohmann::json;

// The accessors of mounts derive from this maker and the mount's ordinal.
constexpr std::uint64_t mount_maker = 0x6d6f756e74ULL;

constexpr std::string_view builtin_version = "v2.6.2+builtin.bao";

bool system_mount(const runtime::mount& m) {
  return m.type == "system" || m.type == "identity" || m.type == "cubbyhole";
}

std::string table_path(std::string_view path, bool auth) {
  std::string full = auth ? "auth/" : "";
  full += path;
  if (full.back() != '/')
    full += '/';
  return full;
}

json describe(const runtime::mount& m) {
  json config = {{"default_lease_ttl", whole_seconds(m.default_lease_ttl)},
                 {"max_lease_ttl", whole_seconds(m.max_lease_ttl)},
                 {"force_no_cache", m.force_no_cache}};
  if (m.auth)
    config["token_type"] = m.token_type;
  for (const auto& [name, value] : m.settings.items())
    if (name != "user_lockout_config")
      config[name] = value;
    else
      for (const auto& [part, setting] : value.items())
        config[name]["user_lockout_" + part] = setting;
  json entry = {{"accessor", m.accessor},
                {"config", std::move(config)},
                {"description", m.description},
                {"external_entropy_access", m.external_entropy_access},
                {"local", m.local},
                {"options", m.options},
                {"plugin_version", ""},
                {"running_plugin_version", builtin_version},
                {"running_sha256", ""},
                {"seal_wrap", m.seal_wrap},
                {"type", m.type == "kv-v2" || m.type == "kv-v1" ? "kv" : m.type},
                {"uuid", uuid_text(derive(mount_maker + 1, m.ordinal))}};
  if (!system_mount(m) && m.type != "token")
    entry["deprecation_status"] = "supported";
  return entry;
}

constexpr std::string_view list_settings[] = {
    "audit_non_hmac_request_keys", "audit_non_hmac_response_keys", "passthrough_request_headers",
    "allowed_response_headers"};

/// Sets one of the lists; an empty one is as if it had never been set.
void set_list(runtime::mount& m, std::string_view name, std::vector<std::string> value) {
  if (value.empty())
    m.settings.erase(std::string{name});
  else
    m.settings[std::string{name}] = std::move(value);
}

/// False: the server knows no such visibility.
bool set_visibility(runtime::mount& m, const std::string& value) {
  if (!value.empty() && value != "hidden" && value != "unauth")
    return false;
  m.settings.erase("listing_visibility");
  if (!value.empty())
    m.settings["listing_visibility"] = value;
  return true;
}

/// The settings of the `config` of a new mount are not converted: each must have its own type.
bool has_own_types(const json& config) {
  for (const auto* name : {"default_lease_ttl", "max_lease_ttl", "listing_visibility", "token_type",
                           "plugin_name", "plugin_version"})
    if (const auto i = config.find(name);
        i != config.end() && !i->is_string() && !i->is_number() && !i->is_null())
      return false;
  const auto cache = config.find("force_no_cache");
  const auto lockout = config.find("user_lockout_config");
  return (cache == config.end() || cache->is_boolean() || cache->is_null()) &&
         (lockout == config.end() || lockout->is_object() || lockout->is_null());
}

// The path as the mount table has it: in a request it may start or end with any number of `/`.
template <bool Auth>
std::string table_path_of(const api::field_data& in) {
  return table_path(in.captured("path"), Auth);
}

// A TTL of a tune or mount request: `system` and 0 mean the system's value. Parts of a second count
// here (unlike in an increment).
bool read_ttl(const std::string& text, std::optional<duration>& out, std::string& error) {
  if (text.empty())
    return true;
  if (text == "system") {
    out = duration::zero();
    return true;
  }
  auto parsed = parse_duration(text);
  if (auto* why = std::get_if<std::string>(&parsed)) {
    error = *why;
    return false;
  }
  out = std::get<duration>(parsed);
  return true;
}

bool known_token_type(const std::string& type) {
  return type == "default-service" || type == "default-batch" || type == "service" ||
         type == "batch";
}

} // namespace

// -- set-up ---------------------------------------------------------------------------------------

runtime::mount& vault::add_mount(runtime::mount entry) {
  entry.ordinal = ++mounted_;
  auto id = derive(mount_maker, entry.ordinal);
  auto external = entry.engine && entry.engine->revokes_externally();
  auto path = entry.path;
  entry.queue = bring_up<lease::revocation_queue>(runtime::slot_kind::fixed, mix(id ^ 1));
  entry.backend = bring_up<lease::backend>(runtime::slot_kind::fixed, mix(id ^ 2), path, external);
  return env_.mounts.add(std::move(entry));
}

void vault::set_up() {
  auto built_in = [&](std::string path, std::string type, std::string description) {
    runtime::mount m;
    m.path = std::move(path);
    m.type = std::move(type);
    m.description = std::move(description);
    m.auth = m.type == "token";
    add_mount(std::move(m));
  };
  built_in("auth/token/", "token", "token based credentials");
  built_in("sys/", "system", "system endpoints used for control, policy and debugging");
  env_.mounts.find("auth/token/")->built_in = &token::token::paths().special();
  env_.mounts.find("sys/")->built_in = &paths().special();
  built_in("identity/", "identity", "identity store");
  built_in("cubbyhole/", "cubbyhole", "per-token private secret storage");
  env_.mounts.find("sys/")->settings["passthrough_request_headers"] = {"Accept"};
  env_.mounts.find("sys/")->seal_wrap = true;
  env_.mounts.find("identity/")->settings["passthrough_request_headers"] = {"Authorization"};
  env_.mounts.find("cubbyhole/")->local = true;
  if (env_.config().mount_secret) {
    runtime::mount m;
    m.path = "secret/";
    m.type = "kv";
    m.description = "key/value secret storage";
    m.options = {{"version", "2"}};
    m.engine = secrets::make_secrets_engine("kv", m.options, false);
    add_mount(std::move(m));
  }
  token::bring_up_token(*this, shared_, root_facts(env_.config()));
}

json vault::description(const runtime::mount& m) { return describe(m); }

template <bool Auth>
void vault::list_mounts(const runtime::exchange_ptr& x, const api::field_data&) {
  json all = json::object();
  for (const auto& [path, m] : env_.mounts.all())
    if (m->auth == Auth)
      all[Auth ? path.substr(5) : path] = describe(*m);
  auto reply = data_answer(std::move(all));
  reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

template <bool Auth>
void vault::read_mount(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto* m = env_.mounts.find(table_path_of<Auth>(in));
  if (m == nullptr)
    return finish(x,
                  error_answer(400, (Auth ? "No auth engine at " : "No secret engine mount at ") +
                                        table_path(in.captured("path"), false)));
  auto reply = data_answer(describe(*m));
  reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

template <bool Auth>
void vault::enable(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = table_path_of<Auth>(in);
  runtime::mount m;
  m.path = path;
  m.type = in.text("type");
  m.description = in.text("description");
  m.auth = Auth;
  m.local = in.boolean("local");
  m.seal_wrap = in.boolean("seal_wrap");
  m.external_entropy_access = in.boolean("external_entropy_access");
  const auto sent = in.object("config");
  const auto config = sent.is_object() ? sent : json::object();
  const api::field_reader settings{config};
  for (const auto name : list_settings) {
    auto list = settings.comma_list(name);
    if (!list.ok())
      return finish(x, error_answer(400, "unable to parse given auth config information"));
    set_list(m, name, list.value.value_or(std::vector<std::string>{}));
  }
  if (!has_own_types(config))
    return finish(x, error_answer(400, std::string{"unable to convert given "} +
                                           (Auth ? "auth" : "mount") + " config information"));
  std::optional<duration> default_ttl;
  std::optional<duration> max_ttl;
  std::string error;
  const auto default_text = settings.text("default_lease_ttl").value.value_or("");
  const auto max_text = settings.text("max_lease_ttl").value.value_or("");
  if (!read_ttl(default_text, default_ttl, error))
    return finish(
        x, error_answer(400, "unable to parse default TTL of " + default_text + ": " + error));
  if (!read_ttl(max_text, max_ttl, error))
    return finish(x, error_answer(400, "unable to parse max TTL of " + max_text + ": " + error));
  m.force_no_cache = settings.boolean("force_no_cache").value.value_or(false);
  m.default_lease_ttl = default_ttl.value_or(duration::zero());
  m.max_lease_ttl = max_ttl.value_or(duration::zero());
  auto system_max = env_.config().max_lease_ttl;
  if (m.max_lease_ttl > duration::zero() && m.default_lease_ttl > m.max_lease_ttl)
    return finish(x, error_answer(400, "given default lease TTL greater than given max lease TTL"));
  if (m.max_lease_ttl <= duration::zero() && m.default_lease_ttl > system_max)
    return finish(x, error_answer(400, "given default lease TTL greater than system max lease TTL "
                                       "of " +
                                           std::to_string(whole_seconds(system_max))));
  if (Auth && settings.has("token_type")) {
    m.token_type = settings.text("token_type").value.value_or("");
    if (!known_token_type(m.token_type))
      return finish(x, error_answer(400, "invalid value for 'token_type'"));
  }
  m.options = json(in.pairs("options"));
  if (m.type.empty())
    return finish(x, error_answer(400, "backend type must be specified as a string"));
  if (m.type == "kv-v1" || m.type == "kv-v2")
    m.options["version"] = m.type.substr(4);
  else if (!Auth && m.type != "kv" && m.options.value("version", "") != "")
    return finish(
        x, error_answer(400, "secrets engine \"" + m.type + "\" does not allow setting a version"));
  if (const auto visibility = settings.text("listing_visibility").value.value_or("");
      !set_visibility(m, visibility))
    return finish(x, error_answer(400, "invalid listing_visibility " + visibility));
  for (const auto& [known, entry] : env_.mounts.all()) {
    // A mount may not lie under another one or above it, but for auth/ itself.
    if (known.substr(0, path.size()) == path || path.substr(0, known.size()) == known) {
      auto shown = Auth && known.starts_with("auth/") ? known.substr(5) : known;
      return finish(x, error_answer(400, "path is already in use at " + shown));
    }
  }
  m.engine = Auth
                 ? auth::make_auth_method(m.type)
                 : secrets::make_secrets_engine(m.type, m.options, env_.config().generic_is_leased);
  if (!m.engine)
    return finish(x, error_answer(400, "plugin not found in the catalog: " + m.type));
  env_.touch(runtime::shared_key::mounts, runtime::access::write);
  add_mount(std::move(m));
  finish(x, no_content());
}

template <bool Auth>
void vault::disable(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = table_path_of<Auth>(in);
  if (path == "auth/token/")
    return finish(x, error_answer(400, "token credential backend cannot be disabled"));
  auto* m = env_.mounts.find(path);
  if (m == nullptr)
    return finish(x, no_content());
  if (system_mount(*m))
    return finish(x, error_answer(400, "cannot unmount \"" + path + "\""));
  env_.touch(runtime::shared_key::mounts, runtime::access::write);
  m->tainted = true;
  revocation_job job;
  job.x = x;
  job.by_prefix = true;
  job.cause = end_cause::mount;
  job.unmount = path;
  job.targets = leases_under(path);
  start_job(std::move(job));
}

void vault::take_away(const std::string& path) {
  auto* m = env_.mounts.find(path);
  if (m == nullptr)
    return;
  notify(m->backend, runtime::unmount{});
  env_.mounts.remove(path);
}

// -- tuning ---------------------------------------------------------------------------------

template <bool Auth>
void vault::read_tune(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = table_path_of<Auth>(in);
  auto* m = env_.mounts.find(path);
  if (m == nullptr)
    return finish(x, error_answer(400, "cannot fetch sysview for path \"" + path + "\""));
  auto limits = lease::mount_limits(env_, path);
  json data = {{"default_lease_ttl", whole_seconds(limits.mount_default)},
               {"max_lease_ttl", whole_seconds(limits.mount_max)},
               {"description", m->description},
               {"force_no_cache", m->force_no_cache}};
  if (m->auth)
    data["token_type"] = m->token_type;
  if (!m->options.empty())
    data["options"] = m->options;
  if (m->external_entropy_access)
    data["external_entropy_access"] = true;
  for (const auto& [name, value] : m->settings.items())
    if (name != "user_lockout_config")
      data[name] = value;
    else
      for (const auto& [part, setting] : value.items())
        data["user_lockout_" + part] = setting;
  auto reply = data_answer(std::move(data));
  reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

template <bool Auth>
void vault::write_tune(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = table_path_of<Auth>(in);
  auto* m = env_.mounts.find(path);
  if (m == nullptr)
    return finish(x,
                  error_answer(400, "tune of path \"" + path + "\" failed: no mount entry found"));
  std::optional<duration> default_ttl;
  std::optional<duration> max_ttl;
  std::string error;
  if (!read_ttl(in.text("default_lease_ttl"), default_ttl, error) ||
      !read_ttl(in.text("max_lease_ttl"), max_ttl, error))
    return finish(x, error_answer(400, error));
  if (system_mount(*m))
    for (auto [given, name] : {std::pair{default_ttl.has_value(), "default_lease_ttl"},
                               std::pair{max_ttl.has_value(), "max_lease_ttl"}})
      if (given)
        return finish(x,
                      error_answer(400, fmt::format("cannot tune parameter {} of {}", name, path)));
  auto new_default = default_ttl.value_or(m->default_lease_ttl);
  auto new_max = max_ttl.value_or(m->max_lease_ttl);
  // R-1304: tested only if both values are set.
  if (new_max > duration::zero() && new_default > new_max)
    return finish(
        x, error_answer(400, fmt::format("backend max lease TTL of {} would be less than "
                                         "backend default lease TTL of {}",
                                         whole_seconds(new_max), whole_seconds(new_default))));
  const auto visibility = in.text("listing_visibility");
  if (in.given("listing_visibility") && !visibility.empty() && visibility != "hidden" &&
      visibility != "unauth")
    return finish(x, error_answer(400, "invalid listing_visibility " + visibility));
  if (in.given("token_type")) {
    const auto type = in.text("token_type");
    if (!path.starts_with("auth/"))
      return finish(x, error_answer(400, "'token_type' can only be modified on auth mounts"));
    if (m->type == "token")
      return finish(
          x, error_answer(400, "'token_type' cannot be set for 'token' or 'ns_token' auth mounts"));
    if (!type.empty() && !known_token_type(type))
      return finish(x, error_answer(400, "invalid value for 'token_type'"));
    m->token_type = type.empty() ? "default-service" : type;
  }
  if (in.given("listing_visibility"))
    set_visibility(*m, visibility);
  for (const auto name : list_settings)
    if (in.given(name))
      set_list(*m, name, in.list(name));
  in.take("description", m->description);
  env_.touch(runtime::shared_key::mounts, runtime::access::write);
  m->default_lease_ttl = new_default;
  m->max_lease_ttl = new_max;
  finish(x, no_content());
}

// -- the paths ------------------------------------------------------------------------------------

std::vector<runtime::actor_paths<vault>::row> vault::mount_rows() {
  using enum operation;
  const std::vector<api::field_row> mounting = {
      {"path"},
      {"type", api::field_kind::text, {}, true},
      {"description"},
      {"config", api::field_kind::object},
      {"local", api::field_kind::boolean},
      {"seal_wrap", api::field_kind::boolean},
      {"external_entropy_access", api::field_kind::boolean},
      {"plugin_name"},
      {"options", api::field_kind::pairs},
      {"plugin_version"}};
  const std::vector<api::field_row> tuning = {
      {"path"},
      {"default_lease_ttl"},
      {"max_lease_ttl"},
      {"description"},
      {"audit_non_hmac_request_keys", api::field_kind::comma_list},
      {"audit_non_hmac_response_keys", api::field_kind::comma_list},
      {"options", api::field_kind::pairs},
      {"listing_visibility"},
      {"passthrough_request_headers", api::field_kind::comma_list},
      {"allowed_response_headers", api::field_kind::comma_list},
      {"token_type"},
      {"user_lockout_config", api::field_kind::object},
      {"plugin_version"}};
  return {{.pattern = "mounts",
           .fields = {},
           .operations = {{read, runtime::by<&vault::list_mounts<false>>}},
           .help = "all secrets engines"},
          {.pattern = "mounts/{path+}/tune",
           .fields = tuning,
           .operations = {{read, runtime::by<&vault::read_tune<false>>},
                          {update, runtime::by<&vault::write_tune<false>>}},
           .help = "the settings of a mount"},
          {.pattern = "mounts/{path+}",
           .fields = mounting,
           .operations = {{read, runtime::by<&vault::read_mount<false>>},
                          {update, runtime::by<&vault::enable<false>>},
                          {delete_, runtime::by<&vault::disable<false>>}},
           .help = "enable or disable a secrets engine"},
          {.pattern = "auth",
           .fields = {},
           .operations = {{read, runtime::by<&vault::list_mounts<true>>}},
           .help = "all auth methods"},
          {.pattern = "auth/{path+}/tune",
           .fields = tuning,
           .operations = {{read, runtime::by<&vault::read_tune<true>>},
                          {update, runtime::by<&vault::write_tune<true>>}},
           .help = "the settings of an auth method"},
          {.pattern = "auth/{path+}",
           .fields = mounting,
           .operations = {{read, runtime::by<&vault::read_mount<true>>},
                          {update, runtime::by<&vault::enable<true>>},
                          {delete_, runtime::by<&vault::disable<true>>}},
           .help = "enable or disable an auth method"}};
}

} // namespace lapse::vault
