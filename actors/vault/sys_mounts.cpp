// sys/mounts and sys/auth: the mount table (R-653, R-654, R-1721); tuning is in sys_tune.cpp.

#include "actors/api/answers.hpp"
#include "actors/auth/make_auth_method.hpp"
#include "actors/lease/backend.hpp"
#include "actors/lease/revocation_queue.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/secrets/make_engine.hpp"
#include "actors/ttl/duration.hpp"
#include "actors/vault/mount_settings.hpp"
#include "actors/vault/plugin_version.hpp"
#include "actors/vault/vault.hpp"

namespace lapse::vault {

namespace {

using json = nlohmann::json;

// The accessors of mounts derive from this maker and the mount's ordinal.
constexpr std::uint64_t mount_maker = 0x6d6f756e74ULL;

json describe(const runtime::mount& m) {
  json config = {{"default_lease_ttl", whole_seconds(m.default_lease_ttl)},
                 {"max_lease_ttl", whole_seconds(m.max_lease_ttl)},
                 {"force_no_cache", m.force_no_cache}};
  if (m.auth)
    config["token_type"] = m.token_type;
  config.update(m.settings);
  if (m.user_lockout)
    config["user_lockout_config"] = to_json(*m.user_lockout);
  json entry = {{"accessor", m.accessor},
                {"config", std::move(config)},
                {"description", m.description},
                {"external_entropy_access", m.external_entropy_access},
                {"local", m.local},
                {"options", m.options},
                {"plugin_version", m.plugin_version},
                {"running_plugin_version", builtin_version},
                {"running_sha256", ""},
                {"seal_wrap", m.seal_wrap},
                {"type", shown_type(m)},
                {"uuid", uuid_text(derive(mount_maker + 1, m.ordinal))}};
  if (!system_mount(m) && m.type != "token")
    entry["deprecation_status"] = "supported";
  return entry;
}

// The path as the mount table has it: a request may leave its final `/` out.
template <bool Auth>
std::string table_path_of(const api::field_data& in) {
  return table_path(in.captured("path"), Auth);
}

std::string version_option(const runtime::mount& m) {
  return m.options.is_object() ? m.options.value("version", "") : "";
}

/// Why a plugin of the type is not there in this version; empty: it is, or none was asked for.
std::string wrong_version(const runtime::mount& m, const std::string& asked) {
  if (asked.empty())
    return {};
  const auto version = canonical_version(asked);
  if (!version)
    return "version " + quote(asked) +
           " is not a valid semantic version: malformed version: " + asked;
  if (*version == builtin_version)
    return {};
  const bool built_in = m.auth ? auth::find_login_setup(m.type) != nullptr
                               : secrets::make_secrets_engine(m.type, m.options, false) != nullptr;
  return built_in ? "cannot select non-builtin version of " +
                        std::string{m.auth ? "auth" : "secrets"} + " plugin " + shown_type(m)
                  : "plugin not found in the catalog: " + m.type + ", version=" + *version;
}

} // namespace

// -- set-up ---------------------------------------------------------------------------------------

runtime::mount& vault::place(runtime::mount entry) {
  const auto ordinal = ++mounted_;
  if (entry.ordinal == 0)
    entry.ordinal = ordinal;
  auto id = derive(mount_maker, ordinal);
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
    place(std::move(m));
  };
  built_in("auth/token/", "token", "token based credentials");
  built_in("sys/", "system", "system endpoints used for control, policy and debugging");
  const auto change = [&](std::string_view path) -> runtime::mount& {
    return env_.mounts.change(*env_.mounts.find(path));
  };
  change("auth/token/").built_in = &token::token::paths().special();
  change("sys/").built_in = &paths().special();
  built_in("identity/", "identity", "identity store");
  built_in("cubbyhole/", "cubbyhole", "per-token private secret storage");
  change("sys/").settings["passthrough_request_headers"] = {"Accept"};
  change("sys/").seal_wrap = true;
  change("identity/").settings["passthrough_request_headers"] = {"Authorization"};
  change("cubbyhole/").local = true;
  if (env_.config().mount_secret) {
    runtime::mount m;
    m.path = "secret/";
    m.type = "kv";
    m.description = "key/value secret storage";
    m.options = {{"version", "2"}};
    m.engine = secrets::make_secrets_engine("kv", m.options, false);
    place(std::move(m));
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
  // What lies below a secrets engine is taken for the engine (R-1721).
  const auto path = table_path_of<Auth>(in);
  const auto* m = Auth ? env_.mounts.find(path) : env_.mounts.route(path).at;
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
  const auto refuse = [&](std::string why) { finish(x, error_answer(400, std::move(why))); };
  const auto path = table_path_of<Auth>(in);
  runtime::mount m;
  m.path = path;
  m.type = in.text("type");
  m.description = in.text("description");
  m.auth = Auth;
  m.local = in.boolean("local");
  m.seal_wrap = in.boolean("seal_wrap");
  m.external_entropy_access = in.boolean("external_entropy_access");
  // Null is kept as it is sent.
  if (!in.body().is_object() || !in.body().contains("options") || !in.body()["options"].is_null())
    m.options = json(in.pairs("options"));
  auto config = read_mount_config(in.object("config"), Auth ? "auth" : "mount");
  if (!config)
    return finish(x, std::move(config.error()));
  if (auto why = configure(m, *config, in.text("plugin_name")); !why.empty())
    return refuse(std::move(why));
  if (auto why = conflict(m); !why.empty())
    return refuse(std::move(why));
  m.engine = Auth
                 ? auth::make_auth_method(m.type)
                 : secrets::make_secrets_engine(m.type, m.options, env_.config().generic_is_leased);
  if (!m.engine && is_builtin_plugin(Auth ? "auth" : "secret", m.type))
    return finish(x, api::not_modelled(x->what->path, "no engine of type " + m.type));
  if (!m.engine)
    return refuse("plugin not found in the catalog: " + m.type);
  place(std::move(m));
  finish(x, no_content());
}

std::string vault::configure(runtime::mount& m, const mount_config& config,
                             std::string plugin_name) const {
  const auto system_max = env_.config().max_lease_ttl;
  if (config.max_lease_ttl.count() != 0 && config.default_lease_ttl > config.max_lease_ttl)
    return "given default lease TTL greater than given max lease TTL";
  if (config.max_lease_ttl.count() == 0 && config.default_lease_ttl > system_max)
    return "given default lease TTL greater than system max lease TTL of " +
           std::to_string(whole_seconds(system_max));
  m.default_lease_ttl = config.default_lease_ttl;
  m.max_lease_ttl = config.max_lease_ttl;
  if (m.auth && !config.token_type.empty()) {
    if (!known_token_type(config.token_type))
      return "invalid value for 'token_type'";
    m.token_type = config.token_type;
  }
  if (m.type.empty())
    return "backend type must be specified as a string";
  if (m.type == "plugin") {
    m.type = config.plugin_name.empty() ? std::move(plugin_name) : config.plugin_name;
    if (m.type.empty())
      return "plugin_name must be provided for plugin backend";
  }
  // Of an auth method it is not kept.
  m.force_no_cache = config.force_no_cache && !m.auth;
  if (!m.auth && (m.type == "kv-v1" || m.type == "kv-v2"))
    m.options["version"] = m.type.substr(4);
  else if (!m.auth && m.type != "kv" && version_option(m) != "")
    return "secrets engine \"" + m.type + "\" does not allow setting a version";
  if (auto why = wrong_version(m, config.plugin_version); !why.empty())
    return why;
  if (m.auth && version_option(m) != "")
    return "auth method \"" + m.type + "\" does not allow setting a version";
  if (!known_visibility(config.listing_visibility))
    return "invalid listing_visibility " + config.listing_visibility;
  set_visibility(m.settings, config.listing_visibility);
  for (const auto& [name, list] : config.lists)
    set_list(m.settings, name, list);
  return {};
}

std::string vault::conflict(const runtime::mount& m) const {
  if (m.auth && m.type == "token")
    return "token credential backend cannot be instantiated";
  if (!m.auth) {
    for (const std::string_view root : {"audit/", "auth/", "sys/", "cubbyhole/", "identity/"})
      if (m.path.starts_with(root))
        return "cannot mount \"" + m.path + '"';
    for (const std::string_view only_once : {"cubbyhole", "ns_cubbyhole", "system", "ns_system",
                                             "token", "ns_token", "identity", "ns_identity"})
      if (m.type == only_once)
        return "mount type of \"" + m.type + "\" is not mountable";
  }
  // A mount may not lie under another one or above it, but for auth/ itself.
  for (const auto& [known, entry] : env_.mounts.all())
    if (entry->auth == m.auth && (known.starts_with(m.path) || m.path.starts_with(known)))
      return "path is already in use at " + (m.auth ? known.substr(5) : known);
  return {};
}

template <bool Auth>
void vault::disable(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = table_path_of<Auth>(in);
  if (path == "auth/token/")
    return finish(x, error_answer(400, "token credential backend cannot be disabled"));
  auto* m = env_.mounts.find(path);
  if (m == nullptr)
    return finish(x, no_content());
  if (!Auth && (m->auth || system_mount(*m)))
    return finish(x, error_answer(400, "cannot unmount " + quote(path)));
  env_.mounts.change(*m).tainted = true;
  revocation_job job;
  job.x = x;
  job.by_prefix = true;
  job.cause = end_cause::mount;
  job.unmount = path;
  job.targets = leases_under(path);
  start_job(std::move(job));
}

void vault::take_away(const std::string& path, std::string_view how, token_id by) {
  auto* m = env_.mounts.find(path);
  if (m == nullptr)
    return;
  notify(m->backend, runtime::unmount{});
  env_.mounts.remove(path, how, by, env_.now());
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
