#include "sim/rules/history.hpp"

namespace lapse {

past_slot history::add(instant at, const token_created& made) {
  const auto& e = *made.facts;
  if (!e.name.id || token_slot(e.name.id) != no_past)
    return no_past;
  auto where = tokens();
  auto& t = tokens_.emplace_back();
  t.id = e.name.id;
  t.path = e.path;
  t.created = at;
  t.expire = e.expire;
  t.explicit_max = e.explicit_max;
  t.uses_left = e.uses;
  t.maker = token_slot(e.maker);
  t.batch = e.batch();
  t.has_lease = e.has_lease;
  t.wrapping = e.wrapping;
  t.chosen = e.name.custom != nullptr;
  t.periodic = e.period > duration::zero();
  t.root = e.policies && e.policies->size() == 1 && e.policies->front() == "root";
  t.roled = e.role && !e.role->empty();
  t.child = static_cast<bool>(e.parent);
  token_index_.insert(t.id.value, where);
  if (auto above = token_slot(e.parent); above != no_past && above != where) {
    t.parent = above;
    t.next_sibling = tokens_[above].first_child;
    tokens_[above].first_child = where;
    if (t.batch)
      tokens_[above].batch_parent = true;
    else
      ++tokens_[above].children;
  }
  return where;
}

past_slot history::add(instant at, const lease_created& e) {
  if (!e.lease.lease || lease_slot(e.lease.lease) != no_past)
    return no_past;
  auto where = leases();
  auto& l = leases_.emplace_back();
  l.id = e.lease.lease;
  l.created = at;
  l.expire = e.expire;
  l.owner_id = e.owner;
  l.owner = token_slot(e.owner);
  l.maker = token_slot(e.maker);
  l.late = l.maker != no_past && tokens_[l.maker].gone;
  lease_index_.insert(l.id.value, where);
  if (l.owner != no_past) {
    l.next_of_owner = tokens_[l.owner].first_lease;
    tokens_[l.owner].first_lease = where;
  }
  return where;
}

void history::take(past_slot t, const token_renewed& e) { tokens_[t].expire = e.expire; }

void history::take(past_slot t, const token_used& e) { tokens_[t].uses_left = e.left; }

void history::unlink(token_past& child) {
  if (child.parent != no_past && !child.batch && !child.gone)
    --tokens_[child.parent].children;
}

void history::take(past_slot t, const token_orphaned&) {
  unlink(tokens_[t]);
  tokens_[t].parent = no_past;
  tokens_[t].orphaned = true;
}

void history::take(past_slot t, instant at, const token_ended& e) {
  if (tokens_[t].ended != never)
    return;
  tokens_[t].ended = at;
  tokens_[t].cause = e.cause;
  tokens_[t].because = e.because;
}

void history::take(past_slot t, instant at, const token_gone&) {
  tokens_[t].gone_at = at;
  unlink(tokens_[t]);
  tokens_[t].gone = true;
  tokens_[t].irrevocable = false;
}

void history::take(past_slot l, const lease_renewed& e) {
  leases_[l].expire = e.expire;
  leases_[l].ended = never;
  // the attempts stay counted; the timer is the new deadline's.
  leases_[l].next_attempt = never;
}

void history::take(past_slot l, instant at, const lease_ended& e) {
  if (leases_[l].ended != never)
    return;
  leases_[l].ended = at;
  leases_[l].cause = e.cause;
  leases_[l].because = e.because;
}

void history::take(past_slot l, instant at, const revocation_attempted& e, bool asked) {
  auto& record = leases_[l];
  record.last_attempt = at;
  if (e.ok) {
    record.revoked = true;
    return;
  }
  if (asked)
    return;
  record.attempts = static_cast<std::uint8_t>(e.attempt < 0     ? 0
                                              : e.attempt > 255 ? 255
                                                                : e.attempt);
  record.next_attempt = e.next;
}

void history::take(past_slot l, const lease_gone&) {
  leases_[l].gone = true;
  leases_[l].irrevocable = false;
}

void history::take(past_slot l, const credential_changed& e) {
  auto sum = leases_[l].credentials + e.by;
  leases_[l].credentials = static_cast<std::int8_t>(sum < -100 ? -100 : sum > 100 ? 100 : sum);
}

} // namespace lapse
