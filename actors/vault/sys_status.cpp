// Wrapping, seal and health, identity, and what is known but not modelled.

#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/ttl/duration.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse {

namespace {

using json = nlohmann::json;

constexpr std::string_view bad_wrapping_token = "wrapping token is not valid or does not exist";

bool writes(const request& what) {
  return what.op == operation::update || what.op == operation::create;
}

answer raw(int status, json body) {
  answer reply;
  reply.status = status;
  reply.shape = envelope::raw;
  reply.body = std::move(body);
  return reply;
}

} // namespace

// -- wrapping (section 10) ------------------------------------------------------------------

void vault::wrapping(const exchange_ptr& x, std::string_view path) {
  if (!writes(*x->what))
    return finish(x, unsupported_operation());
  if (path == "wrap") {
    if (!x->wrap)
      return finish(x, error_answer(400, "endpoint requires response wrapping to be used"));
    return finish(x, data_answer(x->what->body.is_object() ? x->what->body : json::object()));
  }
  if (path == "unwrap" || path == "rewrap") {
    // The caller names somebody else's wrapping token (R-1008); `receive` has seen that it lives.
    auto named = field_reader{x->what->body}.text("token").value.value_or("");
    auto* s = env_.slots.find(env_.slots.token_of(named));
    if (s == nullptr || !s->facts->wrapping || !tell(env_.slots.ref_of(*s), perform{x}))
      finish(x, error_answer(400, std::string{bad_wrapping_token}));
    return;
  }
  finish(x, unsupported_path());
}

void vault::look_up_wrapping(const exchange_ptr& x) {
  // R-1007: no authentication, consumes nothing; without a token in the body, the caller.
  auto named = field_reader{x->what->body}.text("token").value.value_or("");
  auto id = named.empty() ? x->by.id : env_.slots.token_of(named);
  if (named.empty() && !id)
    id = env_.slots.token_of(x->by.text);
  auto* s = env_.slots.find(id);
  if (s == nullptr || !s->facts->wrapping || s->tainted || s->expire < env_.now() ||
      !tell(env_.slots.ref_of(*s), lease_request{x, lease_request::what::wrapping, {}}))
    finish(x, error_answer(400, std::string{bad_wrapping_token}));
}

// -- seal (section 13) ----------------------------------------------------------------------------

void vault::seal(const exchange_ptr& x) {
  if (!writes(*x->what))
    return finish(x, unsupported_operation());
  // on its last use the sealing token is revoked first; its own message does that.
  finish(x, no_content());
  env_.sealed = true;
  if (env_.observed())
    env_.emit(seal_changed{true});
}

void vault::unseal(const exchange_ptr& x) {
  auto was = env_.sealed;
  env_.sealed = false;
  if (was && env_.observed())
    env_.emit(seal_changed{false});
  // the attempts made so far are forgotten.
  if (was)
    for (const auto& [path, m] : env_.mounts.all())
      tell(m->queue, discard{});
  finish(x, raw(200, {{"type", "shamir"},
                      {"initialized", true},
                      {"sealed", false},
                      {"t", 1},
                      {"n", 1},
                      {"progress", 0},
                      {"nonce", ""},
                      {"recovery_seal", false},
                      {"version", "2.6.2"},
                      {"commit_date", ""},
                      {"migration", false},
                      {"cluster_name", "vault-cluster-" + uuid_text(1).substr(0, 8)},
                      {"cluster_id", uuid_text(2)},
                      {"storage_type", "inmem"}}));
}

void vault::health(const exchange_ptr& x) {
  auto sealed = env_.sealed;
  finish(x, raw(sealed ? 503 : 200,
                {{"initialized", true},
                 {"sealed", sealed},
                 {"standby", sealed},
                 {"replication_performance_mode", sealed ? "unknown" : "disabled"},
                 {"replication_dr_mode", sealed ? "unknown" : "disabled"},
                 {"server_time_utc", env_.config().start_unix_s + whole_seconds(env_.now())},
                 {"version", "2.6.2"}}));
}

// -- identity, as far as logins make it (R-1723)
// ----------------------------------------------------

void vault::identity(const exchange_ptr& x, std::string_view path) {
  auto op = x->what->op;
  auto by_name = path.substr(0, 11) == "entity/name";
  if (!by_name && path.substr(0, 9) != "entity/id")
    return finish(x, is_unmodelled(x->what->path)
                         ? error_answer(501, "lapse does not model " + x->what->path)
                         : unsupported_path());
  auto rest = path.substr(by_name ? 11 : 9);
  if (!rest.empty())
    rest.remove_prefix(1);
  if (op == operation::list) {
    std::vector<std::string> keys;
    for (const auto& [id, name] : shared_.entity_names)
      keys.push_back(by_name ? name : id);
    std::sort(keys.begin(), keys.end());
    return finish(x, keys.empty() ? nothing_found() : data_answer({{"keys", std::move(keys)}}));
  }
  if (op != operation::read)
    return finish(x, error_answer(501, "lapse does not model " + x->what->path));
  for (const auto& [id, name] : shared_.entity_names)
    if (rest == (by_name ? name : id))
      return finish(x, data_answer({{"id", id}, {"name", name}, {"disabled", false}}));
  finish(x, nothing_found());
}

// -- what a server knows and lapse does not
// ----------------------------------------------------------

const std::vector<std::pair<std::string, std::string>>& unmodelled_paths() {
  static const std::vector<std::pair<std::string, std::string>> paths = {
      {"identity/entity-alias", "aliases are made by logins only"},
      {"identity/group", "groups do not change a lifecycle"},
      {"identity/oidc", "no identity tokens"},
      {"identity/mfa", "no second factor (R-1605)"},
      {"sys/audit", "every run can write an audit log: --report audit"},
      {"sys/config", "no server configuration"},
      {"sys/generate-root", "no key shares (R-803)"},
      {"sys/generate-root-token", "no key shares (R-803)"},
      {"sys/host-info", "no host"},
      {"sys/internal", "no user interface"},
      {"sys/key-status", "no encryption keys"},
      {"sys/leader", "one node (R-1302)"},
      {"sys/locked-users", "lockouts are seen at the login"},
      {"sys/metrics", "no telemetry"},
      {"sys/namespaces", "the root namespace only (R-1605)"},
      {"sys/plugins", "built-in engines only"},
      {"sys/pprof", "no profiles"},
      {"sys/quotas", "no quotas (R-1310)"},
      {"sys/rekey", "no key shares"},
      {"sys/remount", "mounts do not move (R-655)"},
      {"sys/replication", "one node"},
      {"sys/rotate", "no encryption keys"},
      {"sys/step-down", "one node"},
      {"sys/storage", "no storage"},
      {"sys/tools", "no tools"},
      {"sys/version-history", "one version"},
  };
  return paths;
}

bool is_unmodelled(std::string_view path) {
  for (const auto& [prefix, why] : unmodelled_paths())
    if (path == prefix || path.substr(0, prefix.size() + 1) == prefix + "/")
      return true;
  return false;
}

} // namespace lapse
