#include "actors/lease/lease.hpp"

#include "actors/lease/granting.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::lease {

namespace {

/// Stands before the error of an engine that was asked to renew.
constexpr auto* renewal_failed = "failed to renew entry: resp: (*logical.Response)(nil) err: ";

} // namespace

lease::lease(caf::actor_config& cfg, runtime::environment& env, runtime::slot_ref self,
             lease_record record)
  : runtime::world_actor(cfg, env, self), record_(std::move(record)) {
  arm();
}

caf::behavior lease::make_behavior() {
  set_default_handler(caf::drop);
  return shared_behavior(runtime::slot_kind::lease, &lease::on_deadline, &lease::on_end,
                         &lease::on_request, &lease::on_revoke, &lease::on_revoked,
                         &lease::on_terms, &lease::on_discard);
}

void lease::undeliverable(caf::mailbox_element& what) {
  // The lease vanished while the message was on its way: it is unknown now.
  auto& content = what.content();
  if (content.match_elements<runtime::lease_request>())
    finish(content.get_as<runtime::lease_request>(0).x,
           error_answer(400, content.get_as<runtime::lease_request>(0).verb ==
                                     runtime::lease_request::what::renew
                                 ? "lease not found"
                                 : "invalid lease"));
  else if (content.match_elements<runtime::revoke_lease>())
    report(content.get_as<runtime::revoke_lease>(0).to);
  else if (content.match_elements<runtime::credential_renewed>())
    finish(content.get_as<runtime::credential_renewed>(0).x, error_answer(400, "lease not found"));
}

// -- life ------------------------------------------------------------------------

void lease::arm() {
  env_.cancel(timer_);
  timer_ = env_.arm(self_, record_.expire, ++armed_);
}

void lease::expire_at(instant at) {
  record_.expire = at;
  if (auto* s = env_.slots.change(self_))
    s->expire = at;
}

void lease::stop_standing(end_cause cause, token_id because, token_id owner) {
  if (ended_)
    return;
  ended_ = true;
  env_.cancel(timer_);
  timer_ = 0;
  if (env_.now() >= record_.expire)
    cause = end_cause::deadline;
  if (cause != end_cause::ancestor)
    because = owner = {};
  if (env_.observed())
    env_.emit(lease_ended{record_.name.lease, cause, because, owner});
}

void lease::on_deadline(const runtime::deadline& msg) {
  if (msg.tag != armed_ || ended_)
    return;
  stop_standing(end_cause::deadline, {}, {});
  hand_over();
}

void lease::on_end(const runtime::end_lease& msg) {
  // expire := now, persist, queue. An irrevocable lease is only rewritten.
  stop_standing(msg.cause, msg.because, msg.owner);
  expire_at(env_.now());
  hand_over();
}

void lease::hand_over() {
  // an irrevocable lease is not queued again.
  if (irrevocable_)
    return;
  if (tell(queue(), runtime::submit{self_, handed_over_})) {
    handed_over_ = true;
    return;
  }
  // its mount went while it was made, and nobody else asks a backend.
  if (env_.observed())
    env_.emit(revocation_attempted{record_.name.lease, 1, false, "unsupported path", never});
  give_up("unsupported path");
}

void lease::on_discard(const runtime::discard& msg) {
  if (msg.error.empty())
    vanish();
  else
    give_up(msg.error);
}

void lease::vanish() {
  env_.cancel(timer_);
  env_.slots.leave(self_);
  env_.slots.no_longer_given_up(record_.name.lease);
  if (env_.observed())
    env_.emit(lease_gone{record_.name.lease});
  for (auto& waiting : waiting_)
    report(waiting.to);
  waiting_.clear();
  end();
}

void lease::give_up(std::string error) {
  // cut to 240 characters, no timer, not renewable, still counted.
  irrevocable_ = true;
  revoke_error_ = error.empty() ? "unknown" : error.substr(0, 240);
  env_.slots.give_up(record_.name.lease, revoke_error_);
  if (env_.observed())
    env_.emit(lease_irrevocable{record_.name.lease, revoke_error_});
}

// -- revocation by request -----------------------------------------------------------

void lease::on_revoke(const runtime::revoke_lease& msg) {
  if (msg.mode == runtime::revoke_lease::how::async) {
    stop_standing(msg.cause, {}, {});
    expire_at(env_.now());
    hand_over();
    report(msg.to);
    return;
  }
  waiting_.push_back(msg);
  if (waiting_.size() == 1 &&
      !tell(backend(), runtime::revoke_credential{self_, record_.name.lease, self_}))
    on_revoked({self_, false, true, "unsupported path"});
}

void lease::on_revoked(const runtime::credential_revoked& msg) {
  if (waiting_.empty())
    return;
  auto forced = waiting_.front().mode == runtime::revoke_lease::how::force;
  const auto* s = env_.slots.find(self_);
  if (s == nullptr || !s->present)
    return; // the queue was first (R-1312); its `discard` is on its way
  if (env_.observed())
    env_.emit(revocation_attempted{record_.name.lease, 1, msg.ok, msg.error, never});
  if (msg.ok || forced) {
    // a forced revocation deletes the lease whatever the backend says.
    stop_standing(waiting_.front().cause, {}, {});
    vanish();
    return;
  }
  // the lease is unchanged and nothing retries.
  for (auto& waiting : waiting_)
    report(waiting.to, msg.error);
  waiting_.clear();
}

// -- requests ------------------------------------------------------------------------

void lease::on_request(const runtime::lease_request& msg) {
  if (msg.verb == runtime::lease_request::what::lookup) {
    finish(msg.x, look_up());
    return;
  }
  if (auto* refusal = refuse_renewal()) {
    if (!record_.terms.renewable && !ended_ && !irrevocable_)
      msg.x->refused = never_renewable();
    finish(msg.x, error_answer(400, refusal));
    return;
  }
  if (!tell(backend(),
            runtime::renew_credential{msg.x, self_, record_.terms.origin, msg.increment}))
    finish(msg.x, error_answer(400, std::string{renewal_failed} + "unsupported path"));
}

refusal_ptr lease::never_renewable() const {
  const auto& origin = record_.terms.origin;
  return refusal_of(refusal_kind::renewal,
                    "`" + record_.mount_path + "` gives leases that are not renewable" +
                        (origin && !origin->role.empty() ? " for `" + origin->role + "`" : ""));
}

answer lease::look_up() const {
  lease_lookup found;
  found.lease = record_.name;
  found.issue_time = record_.issue;
  found.expire_time = record_.expire;
  found.last_renewal = record_.last_renewal;
  found.ttl_s = whole_seconds(record_.expire - ttl::round_second(env_.now()));
  found.renewable = renewable_now();
  found.revoke_error = revoke_error_;
  answer reply;
  reply.status = 200;
  reply.shape = envelope::normal;
  reply.body = std::move(found);
  return reply;
}

bool lease::renewable_now() const {
  // Who made it does not count here, unlike in `refuse_renewal`.
  return record_.terms.renewable && !irrevocable_ && !ended_ && record_.expire >= env_.now();
}

const char* lease::refuse_renewal() const {
  if (irrevocable_)
    return "lease is expired and has failed previous revocation attempts";
  // for a batch-owned lease the tests for "expired" and "renewable" are skipped, so even one
  // whose revocation still waits comes back to life.
  if (record_.batch_owned)
    return nullptr;
  if (record_.expire < env_.now() || ended_)
    return "lease expired";
  return record_.terms.renewable ? nullptr : "lease is not renewable";
}

bool lease::batch_token_valid() const {
  // good only while its parent is.
  const auto* batch = env_.slots.find(record_.maker);
  if (batch == nullptr || record_.batch_end < env_.now())
    return false;
  return env_.slots.parent_usable(batch->facts->parent, env_.now());
}

void lease::on_terms(const runtime::credential_renewed& msg) {
  if (!msg.terms)
    return finish(msg.x, error_answer(400, renewal_failed + msg.terms.error()));
  if (!*msg.terms)
    return finish(msg.x, no_content());
  // It may have been revoked while the backend was asked.
  if (auto* refusal = refuse_renewal())
    return finish(msg.x, error_answer(400, refusal));
  const auto& terms = **msg.terms;
  auto grant = grant_lease(env_, record_.mount_path, terms, msg.increment, record_.issue);
  if (grant.error != nullptr) {
    finish(msg.x,
           error_answer(400, (terms.tests_ttl ? std::string{renewal_failed} : std::string{}) +
                                 grant.error));
    return;
  }
  // The last test on a real server: only a lease that could be renewed asks for its batch token.
  if (record_.batch_owned && !batch_token_valid()) {
    finish(msg.x, error_answer(400, "cannot renew lease, no valid associated token"));
    return;
  }
  auto expire = later(env_.now(), grant.ttl);
  auto duration_s = whole_seconds(grant.ttl);
  if (record_.batch_owned && expire > record_.batch_end) {
    // the remainder truncated, without a warning for this cut.
    expire = record_.batch_end;
    duration_s = whole_seconds(expire - env_.now());
    grant.bound = ttl_bound::owner;
  }
  expire_at(expire);
  record_.last_renewal = env_.now();
  ended_ = false;
  handed_over_ = false;
  arm();
  if (env_.observed())
    env_.emit(lease_renewed{record_.name.lease, expire - env_.now(), expire, grant.bound});
  answer reply;
  reply.status = 200;
  reply.shape = envelope::normal;
  reply.lease = record_.name;
  reply.renewable = record_.terms.renewable;
  reply.lease_duration_s = duration_s;
  reply.warnings = std::move(grant.warnings);
  finish(msg.x, std::move(reply));
}

runtime::slot_ref lease::queue() {
  auto* m = env_.mounts.find(record_.mount_path);
  return m == nullptr ? runtime::slot_ref{} : m->queue;
}

runtime::slot_ref lease::backend() {
  auto* m = env_.mounts.find(record_.mount_path);
  return m == nullptr ? runtime::slot_ref{} : m->backend;
}

} // namespace lapse::lease
