// Time, the ends of tokens and leases, and the queue of revocations (sections 5.2, 6.3, 6.4).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

namespace lapse::sequential {

void model::arm(std::optional<due_key>& timer, instant at, const std::string& lease) {
  disarm(timer);
  timer = due_key{at, ++timers_armed_};
  timers_[*timer] = lease;
}

void model::disarm(std::optional<due_key>& timer) {
  if (timer)
    timers_.erase(*timer);
  timer.reset();
}

// while sealed nothing fires, but the clock runs on.
void model::advance(instant at) {
  const auto due_by = flawed(flaw::deadline_comes_first) ? later(at, duration{1}) : at;
  while (!sealed_ && !timers_.empty() && timers_.begin()->first.first < due_by) {
    auto due = timers_.begin();
    auto lease = due->second;
    now_ = std::max(now_, due->first.first);
    timers_.erase(due);
    fire(lease);
    run_jobs();
  }
  now_ = std::max(now_, at);
}

void model::fire(const std::string& lease) {
  if (auto t = token_of_lease(lease)) {
    t->lease->timer.reset();
    // A batch of work that was delayed, or the deadline itself.
    if (config_.revocation_delay.count() > 0 && t->lease->expire && *t->lease->expire == now_)
      arm(t->lease->timer, later(now_, config_.revocation_delay), lease);
    else
      jobs_.push_back(lease);
    return;
  }
  auto at = leases_.find(lease);
  if (at == leases_.end())
    return;
  at->second.timer.reset();
  auto delay = config_.revocation_delay + config_.lease_revocation_delay;
  if (!at->second.queued && delay.count() > 0) {
    at->second.queued = true;
    arm(at->second.timer, later(now_, delay), lease);
  } else {
    at->second.queued = true;
    jobs_.push_back(lease);
  }
}

// "Expire now": a job at once, or after the configured delay.
void model::enqueue(const std::string& lease) {
  std::optional<due_key>* timer = nullptr;
  auto delay = config_.revocation_delay;
  if (auto t = token_of_lease(lease)) {
    timer = &t->lease->timer;
  } else if (auto at = leases_.find(lease); at != leases_.end()) {
    timer = &at->second.timer;
    at->second.queued = true;
    delay += config_.lease_revocation_delay;
  }
  if (!timer)
    return;
  disarm(*timer);
  if (delay.count() > 0)
    arm(*timer, later(now_, delay), lease);
  else
    jobs_.push_back(lease);
}

void model::run_jobs() {
  while (!jobs_.empty() && !sealed_) {
    auto lease = jobs_.front();
    jobs_.pop_front();
    work_on(lease);
  }
}

std::string model::backend_error(const secret_lease& l) const {
  if (!mounts_.contains(l.mount))
    return "unsupported path";
  if (down_.contains(l.mount) || refused_leases_.contains(l.name.lease.value))
    return "backend unavailable";
  return {};
}

// One attempt of a worker.
void model::work_on(const std::string& lease) {
  if (auto t = token_of_lease(lease)) {
    revoke_tree(t->id);
    return;
  }
  auto at = leases_.find(lease);
  if (at == leases_.end())
    return;
  auto& l = at->second;
  auto error = backend_error(l);
  if (error.empty()) {
    forget_lease(lease);
    return;
  }
  ++l.attempts;
  if (l.attempts >= 6 || error == "unsupported path") {
    l.revoke_error = l.attempts >= 6 ? "out of retries: " + error : error;
    return;
  }
  arm(l.timer, now_ + std::chrono::seconds{10} * (1 << l.attempts), lease);
}

void model::forget_lease(const std::string& lease) {
  if (auto at = leases_.find(lease); at != leases_.end()) {
    disarm(at->second.timer);
    leases_.erase(at);
  }
}

// R-514 step 4; R-644: an irrevocable one only gets a new expire time.
void model::end_lease_now(secret_lease& l) {
  l.expire = now_;
  if (l.revoke_error.empty())
    enqueue(l.id);
}

// children before parents.
void model::revoke_tree(const std::string& id) {
  std::vector<std::pair<std::string, bool>> stack{{id, false}};
  std::set<std::string> met{id};
  while (!stack.empty()) {
    auto [next, ready] = stack.back();
    stack.pop_back();
    if (ready) {
      revoke_one(next, false);
      continue;
    }
    stack.emplace_back(next, true);
    if (flawed(flaw::grandchildren_survive) && next != id)
      continue;
    if (auto row = children_.find(next); row != children_.end())
      for (auto& child : row->second)
        if (met.insert(child).second)
          stack.emplace_back(child, false);
  }
}

//
void model::revoke_one(const std::string& id, bool keep_children) {
  auto at = tokens_.find(id);
  if (at == tokens_.end() || at->second.batch())
    return;
  auto& t = at->second;
  if (!flawed(flaw::leases_outlive_owner))
    for (auto& [lease, l] : leases_)
      if (l.owner == id)
        end_lease_now(l);
  if (t.lease) {
    disarm(t.lease->timer);
    token_leases_.erase(t.lease->id);
  }
  if (auto row = children_.find(t.parent); row != children_.end() && !t.parent.empty()) {
    row->second.erase(id);
    if (row->second.empty())
      children_.erase(row);
  }
  accessors_.erase(t.accessor);
  if (keep_children) {
    // R-524; the rows themselves stay.
    if (auto row = children_.find(id); row != children_.end())
      for (auto& child : row->second)
        if (auto c = find(child))
          c->parent.clear();
  }
  token_ids_.erase(t.name.id);
  tokens_.erase(at);
}

// by whole path segments, or exactly one lease.
answer model::revoke_prefix(const std::string& prefix, bool force, bool sync) {
  auto folder = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + '/';
  names hit;
  for (auto& id : lease_ids())
    if (id == prefix || id.starts_with(folder))
      hit.push_back(id);
  std::size_t done = 0;
  for (auto& id : hit) {
    ++done;
    if (auto t = token_of_lease(id)) {
      if (sync || force) {
        revoke_tree(t->id);
      } else {
        t->lease->expire = now_;
        enqueue(id);
      }
      continue;
    }
    auto at = leases_.find(id);
    if (at == leases_.end())
      continue;
    if (!sync && !force) {
      end_lease_now(at->second);
      continue;
    }
    auto error = backend_error(at->second);
    if (!error.empty() && !force)
      return error_answer(400, "failed to revoke \"" + id + "\" (" + std::to_string(done) + " / " +
                                   std::to_string(hit.size()) +
                                   "): failed to revoke entry: resp: (*logical.Response)(nil) "
                                   "err: " +
                                   error);
    forget_lease(id);
  }
  auto out = no_content();
  if (!sync && !force)
    out.status = 202;
  return out;
}

answer model::seal() {
  sealed_ = true;
  return no_content();
}

// what is overdue fires at once, attempts start anew.
answer model::unseal() {
  if (sealed_) {
    sealed_ = false;
    names overdue;
    for (auto& [id, l] : leases_) {
      l.attempts = 0;
      if (l.revoke_error.empty() && l.expire < now_)
        overdue.push_back(id);
    }
    for (auto& [lease, id] : token_leases_)
      if (auto t = find(id); t->lease->expire && *t->lease->expire < now_)
        overdue.push_back(lease);
    for (auto& id : overdue)
      enqueue(id);
  }
  auto out = data_answer({{"sealed", false},
                          {"initialized", true},
                          {"t", 1},
                          {"n", 1},
                          {"progress", 0},
                          {"nonce", ""},
                          {"type", "shamir"},
                          {"version", "2.6.2"},
                          {"recovery_seal", false},
                          {"migration", false},
                          {"commit_date", ""},
                          {"storage_type", "inmem"}});
  out.shape = envelope::raw;
  return out;
}

answer model::health() const {
  auto out = data_answer({{"initialized", true},
                          {"sealed", sealed_},
                          {"standby", sealed_},
                          {"version", "2.6.2"},
                          {"server_time_utc", config_.start_unix_s + seconds(now_)}});
  out.shape = envelope::raw;
  out.status = sealed_ ? 503 : 200;
  return out;
}

} // namespace lapse::sequential
