#include "actors/lease/granting.hpp"

#include "actors/ttl/duration.hpp"

namespace lapse::lease {

ttl::ttl_inputs mount_limits(runtime::environment& env, std::string_view mount_path) {
  ttl::ttl_inputs in;
  in.mount_default = env.config().default_lease_ttl;
  in.mount_max = env.config().max_lease_ttl;
  if (auto* m = env.mounts.find(mount_path)) {
    if (m->default_lease_ttl.count() != 0)
      in.mount_default = m->default_lease_ttl;
    if (m->max_lease_ttl.count() != 0)
      in.mount_max = m->max_lease_ttl;
  }
  in.now = env.now();
  return in;
}

ttl::ttl_result grant_lease(runtime::environment& env, std::string_view mount_path,
                            const runtime::secret_terms& terms, duration increment,
                            std::optional<instant> start) {
  auto in = mount_limits(env, mount_path);
  in.increment = increment;
  in.backend_ttl = terms.ttl;
  in.backend_max = terms.max_ttl;
  in.start = start;
  auto out = ttl::calculate_ttl(in);
  if (out.bound == ttl_bound::own)
    out.bound = ttl_bound::role;
  return out;
}

runtime::slot_ref lease_owner::issue(const runtime::issue_lease& msg, token_id owner,
                                     std::uint64_t namer, std::uint64_t ordinal,
                                     std::optional<instant> batch_end) {
  const auto& x = msg.x;
  auto grant = grant_lease(env_, msg.mount_path, msg.terms, duration::zero(), std::nullopt);
  if (grant.error != nullptr) {
    finish(x, wrapped_error(500, grant.error));
    return {};
  }
  auto now = env_.now();
  lease_record record;
  record.name.lease = lease_id{derive(namer ^ 0x6c65617365ULL, ordinal)};
  record.name.order = lease_order(namer, ordinal);
  auto& bucket = env_.slots.bucket(x->what->path);
  record.name.path = bucket.path;
  record.owner = owner;
  record.maker = x->caller.id;
  record.issue = now;
  record.expire = later(msg.terms.from_whole_second ? ttl::floor_second(now) : now, grant.ttl);
  record.terms = msg.terms;
  record.mount_path = msg.mount_path;
  if (batch_end) {
    record.batch_owned = true;
    record.batch_end = *batch_end;
    if (record.expire > *batch_end) {
      record.expire = *batch_end;
      grant.bound = ttl_bound::owner;
    }
  }
  auto lives = record.expire - now;
  auto name = record.name;
  auto expire = record.expire;
  auto at = bring_up<lease>(runtime::slot_kind::lease, name.lease.value, std::move(record));
  auto& entry = *env_.slots.change(at);
  entry.expire = expire;
  entry.lease = std::make_unique<const runtime::lease_facts>(
      runtime::lease_facts{name.order, x->caller.id, msg.terms.origin});
  env_.slots.enter(at, bucket);
  auto* m = env_.mounts.find(msg.mount_path);
  // its mount went while the lease was made; no later mount of that path has its credential.
  entry.revoked = m == nullptr;
  if (env_.observed()) {
    env_.emit(lease_created{name, owner, x->caller.id, msg.mount_path, lives, expire,
                            msg.terms.renewable, grant.bound});
    if (m != nullptr && m->engine && m->engine->revokes_externally())
      env_.emit(credential_changed{msg.mount_path, 1, name.lease});
  }
  auto& reply = x->reply;
  reply.lease = std::move(name);
  reply.renewable = msg.terms.renewable;
  reply.lease_duration_s = whole_seconds(ttl::round_second(lives));
  for (auto& warning : grant.warnings)
    reply.warnings.push_back(std::move(warning));
  finish(x);
  return at;
}

} // namespace lapse::lease
