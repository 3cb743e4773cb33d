// Wrapping, seal and status.

#include "actors/api/answers.hpp"
#include "actors/ttl/duration.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::vault {

namespace {

using json = nlohmann::json;

constexpr std::string_view running_version = "2.6.2";

json cluster() {
  return {{"cluster_name", "vault-cluster-" + uuid_text(1).substr(0, 8)},
          {"cluster_id", uuid_text(2)}};
}

constexpr std::string_view bad_wrapping_token = "wrapping token is not valid or does not exist";

answer raw(int status, json body) {
  answer reply;
  reply.status = status;
  reply.shape = envelope::raw;
  reply.body = std::move(body);
  return reply;
}

} // namespace

// -- wrapping (section 10) ------------------------------------------------------------------

void vault::wrap(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (!x->wrap)
    return finish(x, error_answer(400, "endpoint requires response wrapping to be used"));
  finish(x, data_answer(in.body().is_object() ? in.body() : json::object()));
}

void vault::unwrap(const runtime::exchange_ptr& x, const api::field_data& in) {
  // The caller names somebody else's wrapping token (R-1008); `receive` has seen that it lives.
  auto* s = env_.slots.find(env_.slots.token_of(in.text("token")));
  // Its one use has been spent on asking.
  if (s != nullptr && env_.slots.ref_of(*s) == x->caller_slot)
    return finish(x, wrapped_error(500, "error decrementing wrapping token's use-count: invalid "
                                        "token entry provided for use count decrementing"));
  if (s == nullptr || !s->facts->wrapping || !tell(env_.slots.ref_of(*s), runtime::perform{x}))
    finish(x, error_answer(400, std::string{bad_wrapping_token}));
}

void vault::look_up_wrapping(const runtime::exchange_ptr& x, const api::field_data& in) {
  // R-1007: no authentication, consumes nothing; without a token in the body, the caller.
  auto named = in.text("token");
  auto id = named.empty() ? x->by.id : env_.slots.token_of(named);
  if (named.empty() && !id)
    id = env_.slots.token_of(x->by.text);
  auto* s = env_.slots.find(id);
  if (s == nullptr || !s->facts->wrapping || s->tainted || s->expire < env_.now() ||
      !tell(env_.slots.ref_of(*s),
            runtime::lease_request{x, runtime::lease_request::what::wrapping, {}}))
    finish(x, error_answer(400, std::string{bad_wrapping_token}));
}

// -- seal (section 13) ----------------------------------------------------------------------------

void vault::seal(const runtime::exchange_ptr& x, const api::field_data&) {
  // on its last use the sealing token is revoked first; its own message does that.
  finish(x, no_content());
  env_.sealed = true;
  if (env_.observed())
    env_.emit(seal_changed{true});
}

void vault::unseal(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto was = env_.sealed;
  env_.sealed = false;
  if (was && env_.observed())
    env_.emit(seal_changed{false});
  // the attempts made so far are forgotten.
  if (was)
    for (const auto& [path, m] : env_.mounts.all())
      notify(m->queue, runtime::forget_attempts{});
  seal_status(x, in);
}

void vault::seal_status(const runtime::exchange_ptr& x, const api::field_data&) {
  json status = {{"type", "shamir"},
                 {"initialized", true},
                 {"sealed", env_.sealed},
                 {"t", 1},
                 {"n", 1},
                 {"progress", 0},
                 {"nonce", ""},
                 {"recovery_seal", false},
                 {"version", running_version},
                 {"commit_date", ""},
                 {"migration", false},
                 {"storage_type", "inmem"}};
  if (!env_.sealed)
    status.update(cluster());
  finish(x, raw(200, std::move(status)));
}

void vault::health(const runtime::exchange_ptr& x, const api::field_data&) {
  const auto sealed = env_.sealed;
  json status = {{"initialized", true},
                 {"sealed", sealed},
                 {"standby", sealed},
                 {"replication_performance_mode", sealed ? "unknown" : "disabled"},
                 {"replication_dr_mode", sealed ? "unknown" : "disabled"},
                 {"server_time_utc", env_.config().start_unix_s + whole_seconds(env_.now())},
                 {"version", running_version}};
  if (!sealed)
    status.update(cluster());
  finish(x, raw(sealed ? 503 : 200, std::move(status)));
}

void vault::initialised(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, raw(200, {{"initialized", true}}));
}

void vault::initialise(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, error_answer(400, "invalid seal configuration: shares must be at least one"));
}

void vault::leader(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, raw(200, {{"ha_enabled", false},
                      {"is_self", false},
                      {"active_time", "0001-01-01T00:00:00Z"},
                      {"leader_address", ""},
                      {"leader_cluster_address", ""}}));
}

} // namespace lapse::vault
