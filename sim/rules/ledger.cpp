#include "sim/rules/ledger.hpp"

#include <type_traits>

namespace lapse {

std::string_view to_string(life state) noexcept {
  constexpr std::string_view names[] = {"alive", "expired", "revoked"};
  return names[static_cast<std::uint8_t>(state)];
}

// -- reading the stream ----------------------------------------------------------

void ledger::on_event(const event& e) {
  auto token = [this](token_id id) -> token_record* {
    auto at = token_slot(id);
    return at == no_slot ? nullptr : &tokens_[at];
  };
  auto lease = [this](lease_id id) -> lease_record* {
    auto at = lease_slot(id);
    return at == no_slot ? nullptr : &leases_[at];
  };
  // A renewal does not bring a token back that has already passed its deadline.
  auto renew = [&e](auto& record, instant expire) {
    record.end = decide(record.end, record.expire, e.at);
    record.expire = expire;
  };
  auto end = [&e](auto& record, const auto& what) {
    if (record.end.at == never)
      record.end = decide({e.at, what.because, what.cause}, record.expire, e.at);
  };
  std::visit(
      [&](const auto& body) {
        using kind = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<kind, token_created> || std::is_same_v<kind, lease_created>) {
          add(e.at, body);
        } else if constexpr (std::is_same_v<kind, token_renewed>) {
          if (auto* t = token(body.token))
            renew(*t, body.expire);
        } else if constexpr (std::is_same_v<kind, lease_renewed>) {
          // A batch-owned lease comes back while its revocation still waits.
          if (auto* l = lease(body.lease)) {
            l->end = {};
            l->expire = body.expire;
          }
        } else if constexpr (std::is_same_v<kind, token_orphaned>) {
          if (auto* t = token(body.token))
            t->parent = no_slot;
        } else if constexpr (std::is_same_v<kind, token_ended>) {
          if (auto* t = token(body.token))
            end(*t, body);
        } else if constexpr (std::is_same_v<kind, lease_ended>) {
          if (auto* l = lease(body.lease))
            end(*l, body);
        } else if constexpr (std::is_same_v<kind, token_gone>) {
          if (auto* t = token(body.token))
            remove(*t);
        } else if constexpr (std::is_same_v<kind, lease_gone>) {
          if (auto* l = lease(body.lease); l != nullptr && !l->gone) {
            l->gone = true;
            l->irrevocable = false;
            --counts_.leases;
          }
        } else if constexpr (std::is_same_v<kind, lease_irrevocable>) {
          if (auto* l = lease(body.lease))
            l->irrevocable = true;
          else if (auto* t = token(body.token))
            t->irrevocable = true;
        } else if constexpr (std::is_same_v<kind, cubbyhole_changed>) {
          if (auto* t = token(body.token))
            set_cubbyhole(*t, body.entries > 0);
        } else if constexpr (std::is_same_v<kind, credential_changed>) {
          counts_.credentials += body.by;
        } else if constexpr (std::is_same_v<kind, revocation_attempted>) {
          if (body.ok)
            ++counts_.backend_revocations;
        }
      },
      e.body);
}

void ledger::add(instant at, const token_created& made) {
  const auto& e = *made.facts;
  if (token_slot(e.name.id) != no_slot || !e.name.id)
    return;
  auto where = static_cast<slot>(tokens_.size());
  auto& t = tokens_.emplace_back();
  t.id = e.name.id;
  t.created = at;
  t.expire = e.expire;
  t.batch = e.batch();
  t.has_lease = e.has_lease && !t.batch;
  token_index_.insert(t.id.value, where);
  if (auto above = token_slot(e.parent); above != no_slot && above != where) {
    t.parent = above;
    t.next_sibling = tokens_[above].first_child;
    tokens_[above].first_child = where;
  }
  // A batch token is stored nowhere.
  if (!t.batch) {
    ++counts_.tokens;
    ++counts_.accessors;
  }
  if (t.has_lease)
    ++counts_.leases;
}

void ledger::add(instant at, const lease_created& e) {
  if (lease_slot(e.lease.lease) != no_slot || !e.lease.lease)
    return;
  auto where = static_cast<slot>(leases_.size());
  auto& l = leases_.emplace_back();
  l.id = e.lease.lease;
  l.created = at;
  l.expire = e.expire;
  lease_index_.insert(l.id.value, where);
  if (auto owner = token_slot(e.owner); owner != no_slot) {
    l.owner = owner;
    l.next_of_owner = tokens_[owner].first_lease;
    tokens_[owner].first_lease = where;
  }
  ++counts_.leases;
}

void ledger::remove(token_record& t) {
  if (t.gone)
    return;
  t.gone = true;
  t.irrevocable = false;
  set_cubbyhole(t, false);
  if (t.batch)
    return;
  --counts_.tokens;
  --counts_.accessors;
  if (t.has_lease)
    --counts_.leases;
}

void ledger::set_cubbyhole(token_record& t, bool filled) {
  if (t.has_cubbyhole == filled || (filled && t.gone))
    return;
  t.has_cubbyhole = filled;
  counts_.cubbyholes += filled ? 1 : -1;
}

// -- lives -----------------------------------------------------------------------

ledger::end_record ledger::decide(const end_record& reported, instant expire, instant now) {
  // On a tie the own deadline decides; it is also what a late report had as its first cause.
  if (reported.at != never && expire <= reported.at)
    return {expire, {}, end_cause::deadline};
  if (reported.at == never && expire < now)
    return {expire, {}, end_cause::deadline};
  return reported;
}

life_view ledger::view(instant created, const end_record& end) {
  life_view result;
  result.created = created;
  result.ended = end.at;
  result.cause = end.cause;
  result.because = end.because;
  if (end.at != never)
    result.state = end.cause == end_cause::deadline ? life::expired : life::revoked;
  return result;
}

life_view ledger::token_at(slot where, instant now) const {
  const auto& t = tokens_[where];
  auto end = decide(t.end, t.expire, now);
  // A batch token is valid as long as its parent is: it needs no walk to reach it.
  if (t.batch && t.parent != no_slot) {
    auto above = token_at(t.parent, now);
    if (above.dead() && above.ended < end.at && above.ended < t.expire) {
      auto topmost = above.cause == end_cause::ancestor ? above.because : tokens_[t.parent].id;
      end = {above.ended, topmost, end_cause::ancestor};
    }
  }
  auto result = view(t.created, end);
  result.gone = result.dead() && (t.gone || t.batch);
  result.irrevocable = result.dead() && t.irrevocable;
  return result;
}

life_view ledger::lease_at(slot where, instant now) const {
  const auto& l = leases_[where];
  auto result = view(l.created, decide(l.end, l.expire, now));
  result.gone = result.dead() && l.gone;
  result.irrevocable = result.dead() && l.irrevocable;
  return result;
}

std::optional<life_view> ledger::token(token_id id, instant now) const {
  auto where = token_slot(id);
  if (where == no_slot)
    return std::nullopt;
  return token_at(where, now);
}

std::optional<life_view> ledger::lease(lease_id id, instant now) const {
  auto where = lease_slot(id);
  if (where == no_slot)
    return std::nullopt;
  return lease_at(where, now);
}

} // namespace lapse
