#include "actors/lease/revocation_queue.hpp"

namespace lapse::lease {

namespace {

// The tag of the daily sweep's timer; all others are keys of jobs.
constexpr std::uint64_t sweep_tag = ~std::uint64_t{0};

// Names a job: a place may be taken again while an old job still waits, its generation is not.
std::uint64_t key_of(runtime::slot_ref whom) {
  return std::uint64_t{whom.generation} << 32 | whom.index;
}

// Whether the record is still there to be revoked.
bool there(const runtime::slot* s) { return s != nullptr && s->present; }

constexpr duration sweep_every = std::chrono::hours{24};
constexpr duration sweep_after = std::chrono::hours{1};

} // namespace

revocation_queue::revocation_queue(caf::actor_config& cfg, runtime::environment& env,
                                   runtime::slot_ref self)
  : runtime::world_actor(cfg, env, self) {}

caf::behavior revocation_queue::make_behavior() {
  set_default_handler(caf::drop);
  return {
      [this](const runtime::submit& msg) { on_submit(msg.job, msg.again); },
      [this](const runtime::credential_revoked& msg) { on_revoked(msg); },
      [this](const runtime::revocation_done& msg) { on_token_done(msg.ticket); },
      [this](const runtime::deadline& msg) { on_deadline(msg.tag); },
      [this](const runtime::forget_attempts&) { forget(); },
  };
}

int revocation_queue::workers() const {
  // one mount never takes more than nine tenths of the workers, rounded up.
  auto all = env_.config().revocation_workers;
  return (all * 9 + 9) / 10;
}

void revocation_queue::note_commuting(runtime::slot_ref job, std::size_t fresh) {
  // While there is a worker for every job, jobs do not hinder each other: only what happens to one
  // job has an order.
  if (env_.now() != counted_at_) {
    counted_at_ = env_.now();
    counted_ = jobs_.size();
  }
  counted_ += fresh;
  if (counted_ < static_cast<std::size_t>(workers()) && ready_.empty()) {
    env_.accesses.commutes();
    env_.touch(mix(key_of(job) ^ mix(self_.index)), runtime::access::write);
  }
}

void revocation_queue::on_submit(runtime::slot_ref whom, bool again) {
  note_commuting(whom, 1);
  auto* s = env_.slots.find(whom);
  if (!there(s))
    return;
  auto known = jobs_.find(key_of(whom)) != jobs_.end();
  if (again && !known)
    return;
  auto [i, fresh] = jobs_.try_emplace(key_of(whom));
  auto& j = i->second;
  if (!fresh && j.whom == whom) {
    // a second revocation during the pause starts the next attempt now.
    if (j.at == phase::retrying) {
      env_.cancel(j.timer);
      make_ready(j);
      start_ready();
    }
    return;
  }
  if (!fresh && j.at == phase::irrevocable)
    --irrevocable_;
  j = job{whom, s->kind == runtime::slot_kind::token, s->id, 0, phase::delayed, 0, false};
  auto delay = env_.config().revocation_delay;
  if (!j.token)
    delay += env_.config().lease_revocation_delay;
  if (delay > duration::zero()) {
    j.timer = env_.arm(self_, later(env_.now(), delay), key_of(whom));
    return;
  }
  make_ready(j);
  start_ready();
}

void revocation_queue::on_deadline(std::uint64_t tag) {
  if (tag == sweep_tag) {
    sweep();
    return;
  }
  auto i = jobs_.find(tag);
  if (i == jobs_.end() || (i->second.at != phase::delayed && i->second.at != phase::retrying))
    return;
  auto& j = i->second;
  j.timer = 0;
  make_ready(j);
  start_ready();
}

bool revocation_queue::renewed_meanwhile(const job& j) {
  // a batch token's lease may come back to life before its first attempt or between two. It
  // is left alone until its new end, where it is submitted again; the attempts made so far count on
  //
  auto* s = env_.slots.find(j.whom);
  return s != nullptr && s->expire > env_.now();
}

void revocation_queue::make_ready(job& j) {
  j.at = phase::pending;
  j.timer = 0;
  ready_.push_back(key_of(j.whom));
}

// In the order in which they came; a server promises none.
void revocation_queue::start_ready() {
  while (!ready_.empty() && running_ < workers()) {
    auto key = ready_.front();
    ready_.pop_front();
    auto i = jobs_.find(key);
    if (i != jobs_.end() && i->second.at == phase::pending)
      start(i->second);
  }
}

void revocation_queue::start(job& j) {
  auto* s = env_.slots.find(j.whom);
  if (!there(s)) {
    jobs_.erase(key_of(j.whom));
    return;
  }
  if (!j.token && renewed_meanwhile(j)) {
    j.at = phase::retrying;
    return;
  }
  ++running_;
  j.at = phase::running;
  if (j.token) {
    auto key = key_of(j.whom);
    if (!tell(j.whom, runtime::revoke_token{nullptr, end_cause::deadline, {}, false, {self_, key}}))
      on_token_done(key);
    return;
  }
  auto* m = s->bucket != nullptr ? env_.mounts.route(*s->bucket->path).at : nullptr;
  if (m == nullptr || m->queue != self_ ||
      !tell(m->backend, runtime::revoke_credential{j.whom, lease_id{j.id}, self_}))
    on_revoked({j.whom, false, true, "unsupported path"});
}

void revocation_queue::on_token_done(std::uint64_t key) {
  auto i = jobs_.find(key);
  if (i == jobs_.end() || i->second.at != phase::running)
    return;
  --running_;
  jobs_.erase(i);
  start_ready();
}

void revocation_queue::on_revoked(const runtime::credential_revoked& msg) {
  note_commuting(msg.lease, 0);
  auto i = jobs_.find(key_of(msg.lease));
  if (i == jobs_.end() || i->second.at != phase::running)
    return;
  auto& j = i->second;
  --running_;
  auto stands = there(env_.slots.find(j.whom));
  if (stands && !msg.ok) {
    failed(j, msg);
  } else {
    // A request may have removed it already: then there is nothing to report.
    if (stands && env_.observed())
      env_.emit(revocation_attempted{lease_id{j.id}, j.attempts + 1, true, {}, never});
    if (j.plain)
      --irrevocable_;
    // Of two revocations under way for one lease the second finds none (R-1312).
    env_.slots.leave(j.whom);
    notify(j.whom, runtime::discard{});
    jobs_.erase(i);
  }
  start_ready();
}

void revocation_queue::failed(job& j, const runtime::credential_revoked& msg) {
  if (j.plain) {
    j.at = phase::irrevocable;
    return;
  }
  ++j.attempts;
  auto last = msg.unrecoverable || j.attempts >= attempts_max;
  auto next = never;
  if (!last) {
    auto wait = pause(j.attempts);
    if (env_.config().revocation_jitter) { // of TTLs there is none (R-1309)
      // Half the pause plus a uniform part of the whole one, in 24 bits of fraction.
      auto part = static_cast<std::int64_t>(env_.draw(j.id) >> 40);
      wait = wait / 2 + duration{(wait.count() / 1024 * part) / (1 << 14)};
    }
    next = later(env_.now(), wait);
  }
  if (env_.observed())
    env_.emit(revocation_attempted{lease_id{j.id}, j.attempts, false, msg.error, next});
  if (last) {
    give_up(j, msg.unrecoverable ? msg.error : "out of retries: " + msg.error);
    return;
  }
  j.at = phase::retrying;
  j.timer = env_.arm(self_, next, key_of(j.whom));
}

void revocation_queue::give_up(job& j, std::string error) {
  notify(j.whom, runtime::discard{std::move(error)});
  j.at = phase::irrevocable;
  ++irrevocable_;
  arm_sweep();
}

void revocation_queue::arm_sweep() {
  if (sweep_armed_ || irrevocable_ == 0)
    return;
  sweep_armed_ = true;
  auto next = (env_.now() / sweep_every + 1) * sweep_every;
  env_.arm(self_, next, sweep_tag);
}

void revocation_queue::sweep() {
  sweep_armed_ = false;
  for (auto i = jobs_.begin(); i != jobs_.end();) {
    auto& j = i->second;
    auto* s = env_.slots.find(j.whom);
    if (s == nullptr || !s->present) {
      if (j.at == phase::irrevocable)
        --irrevocable_;
      i = jobs_.erase(i);
      continue;
    }
    if (j.at == phase::irrevocable && later(s->expire, sweep_after) < env_.now()) {
      j.plain = true;
      make_ready(j);
    }
    ++i;
  }
  start_ready();
  arm_sweep();
}

void revocation_queue::forget() {
  for (auto& [key, j] : jobs_) {
    if (j.at != phase::retrying)
      continue;
    j.attempts = 0;
    env_.cancel(j.timer);
    make_ready(j);
  }
  start_ready();
}

} // namespace lapse::lease
