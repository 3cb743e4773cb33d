// What each event changes in the ledger.

#include "actors/lives/ledger.hpp"
#include "actors/protocol/event_visitor.hpp"

#include <algorithm>

namespace lapse::lives {

namespace {

/// Clients that never get an answer must not make the list of open requests grow for ever.
constexpr std::size_t open_requests_max = 4096;

/// Ids of tokens and of leases are drawn from one range of numbers; the mixed ones differ.
std::uint64_t key_of(token_id id) noexcept { return id.value; }
std::uint64_t key_of(lease_id id) noexcept { return mix(id.value); }

/// Whether a request is one of those that end tokens and leases. Only the server's own paths count:
/// a client may keep whatever it likes under `secret/revoke-list`.
bool can_end(const request& what) {
  auto under = [&](std::string_view start) { return what.path.starts_with(start); };
  if (what.op == operation::delete_ && (under("sys/mounts/") || under("sys/auth/")))
    return true;
  return under("auth/token/revoke") || under("auth/token/tidy") || under("sys/leases/revoke") ||
         under("sys/leases/tidy");
}

} // namespace

struct ledger::entering : ignores<run_started, seal_changed, fault_injected, expectation_failed,
                                  unexpected_refusal, expected_refusal, rule_broken, run_ended> {
  using ignores::operator();

  entering(ledger& into, instant at) : in(into), at(at) {}

  ledger& in;
  instant at;

  // -- requests ------------------------------------------------------------------

  void operator()(const request_received& e) const {
    in.asking_ = e.by.id;
    if (in.open_.size() < open_requests_max)
      in.open_.push_back({e.number, e.by.id, e.what && can_end(*e.what)});
  }

  void operator()(const request_answered& e) const {
    ++in.totals_.requests;
    in.totals_.refused += e.reply != nullptr && !e.reply->ok();
    std::erase_if(in.open_, [&](const auto& r) { return r.number == e.number; });
  }

  void operator()(const handle_bound& e) const {
    auto* life = e.token ? in.seek(e.token) : e.lease ? in.seek(e.lease) : nullptr;
    if (life != nullptr && e.renamed && life->handle != no_slot) {
      in.handles_[life->handle] = e.handle;
      return;
    }
    if (e.token)
      bind(life, key_of(e.token), e.handle);
    else if (e.lease)
      bind(life, key_of(e.lease), e.handle);
    if (life != nullptr && e.client && !life->client)
      life->client = e.client;
    else if (life != nullptr && e.client && life->client != e.client)
      in.sharing_[in.slot_of(*life)].insert(e.client);
    if (e.client)
      in.clients_.got(e.client, e.part, life != nullptr ? in.slot_of(*life) : client_book::endless,
                      in);
  }

  // -- clients -------------------------------------------------------------------

  void operator()(const client_family& e) const { in.clients_.declare(e); }
  void operator()(const client_asked& e) const { in.clients_.asked(e, at); }
  void operator()(const client_changed& e) const { in.clients_.changed(e, in); }

  void operator()(const warning_raised&) const { ++in.warnings_; }

  // -- tokens --------------------------------------------------------------------

  void operator()(const token_created& e) const {
    const auto& made = *e.facts;
    if (!made.name.id || in.slot_of(made.name.id) != no_slot)
      return;
    auto& t = add(in.tokens_, made.name.id.value, key_of(made.name.id));
    auto where = in.size() - 1;
    t.what = made.wrapping  ? life_record::kind::wrapping
             : made.batch() ? life_record::kind::batch
                            : life_record::kind::service;
    if (made.name.custom)
      in.chosen_.insert_or_assign(*made.name.custom, where);
    provenance from{made.path, made.name.custom, {}, made.policies, made.explicit_max};
    t.advertised = made.ttl;
    t.expire = made.expire;
    t.bound = made.bound;
    t.uses_left = made.uses;
    t.has_lease = made.has_lease;
    t.periodic = made.period > duration::zero();
    t.root = made.policies && made.policies->size() == 1 && made.policies->front() == "root";
    t.with_role = made.role && !made.role->empty();
    if (t.with_role)
      from.role = made.role;
    else if (made.login)
      from.role = {made.login, &made.login->principal};
    if (made.login)
      from.mount = in.mount_number(made.login->mount->path);
    else if (!made.wrapping)
      from.mount = in.mount_number("auth/token/");
    t.from = in.shared(std::move(from));
    t.made_as_child = static_cast<bool>(made.parent);
    t.maker = in.slot_of(made.maker);
    t.above = made.parent;
    if (auto above = in.slot_of(made.parent); above != no_slot && above != where)
      link_child(where, above);
    ++in.totals_.tokens_created;
    // A batch token is stored nowhere.
    if (t.batch())
      return;
    ++in.counts_.tokens;
    ++in.counts_.accessors;
    in.counts_.leases += t.has_lease;
  }

  void operator()(const token_renewed& e) const {
    ++in.totals_.token_renewals;
    auto* t = in.seek(e.token);
    if (t == nullptr)
      return;
    // A renewal does not bring a token back that has already passed its deadline.
    if (t->lapsed == never && t->reported.at == never && t->expire < at)
      t->lapsed = t->expire;
    renew(*t, e.expire, e.bound);
  }

  void operator()(const token_used& e) const {
    if (auto* t = in.seek(e.token))
      t->uses_left = e.left;
  }

  void operator()(const token_orphaned& e) const {
    auto* t = in.seek(e.token);
    if (t == nullptr)
      return;
    unlink(*t);
    t->above = {};
    t->above_slot = no_slot;
    t->orphaned = true;
  }

  void operator()(const token_ended& e) const {
    if (auto* t = in.seek(e.token))
      end(*t, e.cause, e.because);
  }

  void operator()(const token_gone& e) const {
    auto* t = in.seek(e.token);
    if (t == nullptr || t->is_gone())
      return;
    unlink(*t);
    set_cubbyhole(*t, false);
    t->gone = at;
    if (t->batch())
      return;
    --in.counts_.tokens;
    --in.counts_.accessors;
    in.counts_.leases -= t->has_lease;
  }

  void operator()(const cubbyhole_changed& e) const {
    if (auto* t = in.seek(e.token))
      set_cubbyhole(*t, e.entries > 0);
  }

  // -- leases --------------------------------------------------------------------

  void operator()(const lease_created& e) const {
    if (!e.lease.lease || in.slot_of(e.lease.lease) != no_slot)
      return;
    auto& l = add(in.leases_, e.lease.lease.value, key_of(e.lease.lease));
    auto where = in.size() - 1;
    l.what = life_record::kind::lease;
    auto& path = in.lease_paths_[e.lease.path ? *e.lease.path : e.mount];
    const auto mount = in.mount_number(e.mount);
    if (!path.from || path.from->mount != mount) {
      provenance from;
      from.path = e.lease.path ? e.lease.path : std::make_shared<const std::string>(e.mount);
      from.mount = mount;
      path.from = std::make_shared<const provenance>(std::move(from));
    }
    l.from = path.from;
    l.order = e.lease.order;
    l.ordinal = ++path.made;
    l.advertised = e.ttl;
    l.expire = e.expire;
    l.bound = e.bound;
    l.maker = in.slot_of(e.maker);
    l.late = l.maker != no_slot && in.lives_[l.maker].is_gone();
    l.above = e.owner;
    if (auto owner = in.slot_of(e.owner); owner != no_slot) {
      l.above_slot = owner;
      l.next = in.lives_[owner].first_lease;
      in.lives_[owner].first_lease = where;
    }
    ++in.totals_.leases_created;
    ++in.counts_.leases;
    ++in.counts_.secret_leases;
  }

  void operator()(const lease_renewed& e) const {
    ++in.totals_.lease_renewals;
    auto* l = in.seek(e.lease);
    if (l == nullptr)
      return;
    // A batch-owned lease comes back while its revocation still waits.
    l->reported = {};
    l->lapsed = never;
    renew(*l, e.expire, e.bound);
  }

  void operator()(const lease_ended& e) const {
    if (auto* l = in.seek(e.lease))
      end(*l, e.cause, e.because);
  }

  void operator()(const revocation_attempted& e) const {
    ++in.totals_.backend_attempts;
    in.totals_.backend_failures += !e.ok;
    in.counts_.backend_revocations += e.ok;
    auto* l = in.seek(e.lease);
    if (l == nullptr)
      return;
    l->last_attempt = at;
    l->revoked = l->revoked || e.ok;
    if (e.ok)
      return;
    auto& trouble = in.troubles_[in.slot_of(*l)];
    ++trouble.failures;
    trouble.error = e.error;
  }

  void operator()(const lease_gone& e) const {
    auto* l = in.seek(e.lease);
    if (l == nullptr || l->is_gone())
      return;
    l->gone = at;
    --in.counts_.leases;
    --in.counts_.secret_leases;
  }

  void operator()(const lease_irrevocable& e) const {
    ++in.totals_.given_up;
    auto* life = in.seek(e.lease);
    if (life == nullptr)
      return;
    life->given_up = true;
    in.troubles_[in.slot_of(*life)].given_up = at;
  }

  void operator()(const credential_changed& e) const {
    in.counts_.credentials += e.by;
    if (auto* l = in.seek(e.lease))
      l->credentials = static_cast<std::int8_t>(std::clamp<std::int64_t>(
          l->credentials + std::clamp<std::int64_t>(e.by, -200, 200), -100, 100));
    else if (!e.lease && e.by > 0)
      in.unleased_.push_back({in.mount_number(e.mount), in.slot_of(in.asking_)});
  }

  // -- pieces --------------------------------------------------------------------

  life_record& add(flat_index& index, std::uint64_t id, std::uint64_t key) const {
    index.insert(id, in.size());
    auto& life = in.lives_.grow();
    life.id = id;
    life.created = at;
    if (auto early = in.early_handles_.find(key); early != in.early_handles_.end())
      bind(&life, key, early->second);
    return life;
  }

  void link_child(slot where, slot above) const {
    auto& child = in.lives_[where];
    auto& parent = in.lives_[above];
    child.above_slot = above;
    child.next = parent.first_child;
    parent.first_child = where;
    if (child.batch())
      parent.batch_parent = true;
    else
      ++parent.children;
  }

  void unlink(const life_record& child) const {
    if (child.above_slot != no_slot && !child.batch() && !child.is_gone())
      --in.lives_[child.above_slot].children;
  }

  void bind(life_record* life, std::uint64_t key, const std::string& handle) const {
    if (life == nullptr) {
      in.early_handles_.try_emplace(key, handle);
    } else if (life->handle == no_slot) {
      life->handle = static_cast<std::uint32_t>(in.handles_.size());
      in.handles_.grow() = handle;
    }
  }

  static void renew(life_record& life, instant expire, ttl_bound bound) {
    life.expire = expire;
    life.bound = bound;
    ++life.renewals;
  }

  void end(life_record& life, end_cause cause, token_id because) const {
    if (life.reported.at != never)
      return;
    life.reported = {at, because, in.culprit(), cause};
    if (life.lapsed == never && life.expire <= at)
      life.lapsed = life.expire;
    const auto which = in.slot_of(life);
    in.deaths_.push_back(which);
    in.for_each_client(which, [&](const client_name& who) { in.clients_.lost(who, in); });
  }

  void set_cubbyhole(life_record& t, bool filled) const {
    if (t.has_cubbyhole == filled || (filled && t.is_gone()))
      return;
    t.has_cubbyhole = filled;
    in.counts_.cubbyholes += filled ? 1 : -1;
  }
};

void ledger::enter(const event& e) {
  advance(e.at);
  std::visit(entering{*this, e.at}, e.body);
}

life_record* ledger::seek(token_id id) noexcept {
  auto where = slot_of(id);
  return where == no_slot ? nullptr : &lives_[where];
}

life_record* ledger::seek(lease_id id) noexcept {
  auto where = slot_of(id);
  return where == no_slot ? nullptr : &lives_[where];
}

token_id ledger::culprit() const {
  auto found = std::find_if(open_.rbegin(), open_.rend(), [](const auto& r) { return r.ends; });
  if (found != open_.rend())
    return found->by;
  return open_.empty() ? token_id{} : open_.back().by;
}

std::shared_ptr<const provenance> ledger::shared(provenance what) {
  for (const auto& known : token_paths_)
    if (known && *known == what)
      return known;
  auto& place = token_paths_[replaced_++ % token_paths_.size()];
  return place = std::make_shared<const provenance>(std::move(what));
}

std::uint32_t ledger::mount_number(const std::string& mount) {
  // Mounts are few.
  auto i = std::find(mounts_.begin(), mounts_.end(), mount);
  if (i == mounts_.end())
    i = mounts_.insert(i, mount);
  return static_cast<std::uint32_t>(i - mounts_.begin());
}

} // namespace lapse::lives
