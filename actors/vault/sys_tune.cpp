// sys/mounts/X/tune and sys/auth/X/tune (R-1304, R-1721).

#include "actors/lease/granting.hpp"
#include "actors/protocol/integer_text.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/secrets/make_engine.hpp"
#include "actors/vault/mount_settings.hpp"
#include "actors/vault/plugin_version.hpp"
#include "actors/vault/vault.hpp"

#include <fmt/format.h>

namespace lapse::vault {

namespace {

using json = nlohmann::json;

/// What of a mount can be tuned. A tune is all or nothing: it changes this, and then the mount.
struct tunables {
  explicit tunables(const runtime::mount& m)
    : description(m.description), default_lease_ttl(m.default_lease_ttl),
      max_lease_ttl(m.max_lease_ttl), token_type(m.token_type), options(m.options),
      settings(m.settings), user_lockout(m.user_lockout), plugin_version(m.plugin_version) {}

  void put_into(runtime::mount& m) && {
    m.description = std::move(description);
    m.default_lease_ttl = default_lease_ttl;
    m.max_lease_ttl = max_lease_ttl;
    m.token_type = std::move(token_type);
    m.options = std::move(options);
    m.settings = std::move(settings);
    m.user_lockout = user_lockout;
    m.plugin_version = std::move(plugin_version);
  }

  std::string description;
  duration default_lease_ttl;
  duration max_lease_ttl;
  std::string token_type;
  json options;
  json settings;
  std::optional<runtime::lockout_settings> user_lockout;
  std::string plugin_version;
};

// Each reads one group of fields; the error is the text of the 400.

using outcome = tl::expected<void, std::string>;

tl::unexpected<std::string> refused(std::string why) { return tl::unexpected{std::move(why)}; }

/// Of the mounts that every server has, only what the audit log shows can be tuned.
outcome check_untunable(const api::field_data& in, std::string_view path) {
  for (const auto& [name, value] : in.body().items())
    if (in.declares(name) && name != "path" && name != "audit_non_hmac_request_keys" &&
        name != "audit_non_hmac_response_keys")
      return refused(fmt::format("cannot tune parameter {} of {}", name, path));
  return {};
}

outcome read_ttls(const api::field_data& in, tunables& to) {
  const auto shortest = read_lease_ttl(in.text("default_lease_ttl"));
  if (!shortest)
    return refused(shortest.error());
  const auto longest = read_lease_ttl(in.text("max_lease_ttl"));
  if (!longest)
    return refused(longest.error());
  const auto default_ttl = shortest->value_or(to.default_lease_ttl);
  const auto max_ttl = longest->value_or(to.max_lease_ttl);
  const bool changed = default_ttl != to.default_lease_ttl || max_ttl != to.max_lease_ttl;
  // R-1304: tested only if both values are set.
  if (changed && default_ttl.count() != 0 && max_ttl.count() != 0 && max_ttl < default_ttl)
    return refused(fmt::format("backend max lease TTL of {} would be less than backend default "
                               "lease TTL of {}",
                               whole_seconds(max_ttl), whole_seconds(default_ttl)));
  // R-1305: for what is issued or renewed from now on.
  to.default_lease_ttl = default_ttl;
  to.max_lease_ttl = max_ttl;
  return {};
}

outcome read_lockouts(const api::field_data& in, const runtime::mount& m, tunables& to) {
  const auto sent = in.object("user_lockout_config");
  if (!sent.is_object() || sent.empty())
    return {};
  auto said = convert_lockout(sent);
  if (!said)
    return refused(std::move(said.error()));
  if (m.type != "ldap" && m.type != "approle" && m.type != "userpass")
    return refused("tuning of user lockout configuration for auth type " + quote(m.type) +
                   " not allowed");
  auto read = read_lockout(*said, to.user_lockout.value_or(runtime::lockout_settings{}));
  if (!read)
    return refused(std::move(read.error()));
  to.user_lockout = *read;
  return {};
}

outcome read_version(const api::field_data& in, const runtime::mount& m, tunables& to) {
  if (!in.given("plugin_version"))
    return {};
  const auto text = in.text("plugin_version");
  const auto version = canonical_version(text);
  if (!version)
    return refused("version " + quote(text) +
                   " is not a valid semantic version: malformed version: " + text);
  if (*version != builtin_version)
    return refused("plugin not found in the catalog: " + shown_type(m) + ", version=" + *version);
  to.plugin_version = *version;
  return {};
}

outcome read_token_type(const api::field_data& in, const runtime::mount& m, bool auth,
                        tunables& to) {
  if (!in.given("token_type"))
    return {};
  if (!auth)
    return refused("'token_type' can only be modified on auth mounts");
  if (m.type == "token")
    return refused("'token_type' cannot be set for 'token' or 'ns_token' auth mounts");
  const auto type = in.text("token_type");
  if (!type.empty() && !known_token_type(type))
    return refused("invalid value for 'token_type'");
  to.token_type = type.empty() ? "default-service" : type;
  return {};
}

/// A version of a key-value store, as Go reads it; empty is 0.
tl::expected<std::int64_t, std::string> read_number(const std::string& text) {
  if (text.empty())
    return 0;
  const auto read = parse_integer(text);
  if (!read)
    return refused(integer_error("ParseInt", text, read.error()));
  return *read;
}

/// Adds to the options; one without a value is taken away. `upgrade` is set, to the version before,
/// if the mount is to be made anew (R-1721).
outcome read_options(const api::field_data& in, tunables& to,
                     std::optional<std::int64_t>& upgrade) {
  if (!in.given("options"))
    return {};
  const auto sent = in.pairs("options");
  if (const auto i = sent.find("version"); i != sent.end()) {
    const auto before = read_number(to.options.is_object() ? to.options.value("version", "") : "");
    if (!before)
      return refused("unable to parse mount entry: " + before.error());
    const auto after = read_number(i->second);
    if (!after)
      return refused("unable to parse options: " + after.error());
    if (*after != 1 && *after != 2)
      return refused(fmt::format("invalid version provided: {}", *after));
    if (*before > *after)
      return refused(fmt::format("cannot downgrade mount from version {}", *before));
    if (*before < *after)
      upgrade = *before;
  }
  if (!sent.empty() && !to.options.is_object())
    to.options = json::object();
  for (const auto& [name, value] : sent)
    if (value.empty() && name != "version")
      to.options.erase(name);
    else
      to.options[name] = value;
  return {};
}

outcome read_all(const api::field_data& in, const runtime::mount& m, const std::string& path,
                 bool untunable, tunables& to, std::optional<std::int64_t>& upgrade) {
  if (untunable) {
    if (auto found = check_untunable(in, path); !found)
      return found;
  } else if (auto read = read_ttls(in, to).and_then([&] { return read_lockouts(in, m, to); });
             !read) {
    return read;
  }
  in.take("description", to.description);
  if (auto read = read_version(in, m, to); !read)
    return read;
  for (const auto name : list_settings())
    if (in.given(name))
      set_list(to.settings, name, in.list(name));
  if (in.given("listing_visibility")) {
    const auto visibility = in.text("listing_visibility");
    if (!known_visibility(visibility))
      return refused("invalid listing_visibility " + visibility);
    set_visibility(to.settings, visibility);
  }
  const bool auth = path.starts_with("auth/");
  return read_token_type(in, m, auth, to).and_then([&] { return read_options(in, to, upgrade); });
}

} // namespace

template <bool Auth>
void vault::read_tune(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = table_path(in.captured("path"), Auth);
  const auto* m = env_.mounts.route(path).at;
  if (m == nullptr)
    return finish(x, error_answer(400, "cannot fetch sysview for path \"" + path + "\""));
  const auto limits = lease::mount_limits(env_, m->path);
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
  if (!m->plugin_version.empty())
    data["plugin_version"] = m->plugin_version;
  data.update(m->settings);
  if (m->user_lockout)
    data.update(to_json(*m->user_lockout));
  auto reply = data_answer(std::move(data));
  reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

template <bool Auth>
void vault::write_tune(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = table_path(in.captured("path"), Auth);
  const auto* found = env_.mounts.route(path).at;
  if (found == nullptr)
    return finish(x,
                  error_answer(400, "tune of path \"" + path + "\" failed: no mount entry found"));
  tunables changed{*found};
  std::optional<std::int64_t> upgrade;
  if (auto read = read_all(in, *found, path, system_mount(*found), changed, upgrade); !read)
    return finish(x, error_answer(400, std::move(read.error())));
  auto& m = env_.mounts.change(*found);
  std::move(changed).put_into(m);
  if (!upgrade)
    return finish(x, no_content());
  if (m.engine)
    if (auto engine = secrets::upgraded_engine(*m.engine, m.options, env_.now()))
      m.engine = std::move(engine);
  // A real server says 0 whatever the mount is upgraded to.
  finish(x, no_content({fmt::format("Upgrading mount from version {} to version 0. This mount will "
                                    "be unavailable for a brief period and will resume service "
                                    "shortly.",
                                    *upgrade)}));
}

template void vault::read_tune<false>(const runtime::exchange_ptr&, const api::field_data&);
template void vault::read_tune<true>(const runtime::exchange_ptr&, const api::field_data&);
template void vault::write_tune<false>(const runtime::exchange_ptr&, const api::field_data&);
template void vault::write_tune<true>(const runtime::exchange_ptr&, const api::field_data&);

} // namespace lapse::vault
