#include "reports/chronicle/live_counts.hpp"

#include <type_traits>

namespace lapse {

namespace {

/// Ids of tokens and of leases are drawn from one range of numbers; the mixed ones differ.
std::uint64_t key_of(token_id id) noexcept { return id.value; }

std::uint64_t key_of(lease_id id) noexcept { return mix(id.value); }

} // namespace

void live_counts::on_event(const event& e) {
  if (e.at > now_) {
    pass(e.at);
    move_to(e.at);
  }
  count(e);
  if (std::holds_alternative<run_ended>(e.body))
    flush();
}

void live_counts::count(const event& e) {
  std::visit(
      [&](const auto& body) {
        using kind = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<kind, token_created>) {
          const auto& t = *body.facts;
          begin(key_of(t.name.id), {t.expire, never, t.batch() ? t.parent.value : 0, false, true});
        } else if constexpr (std::is_same_v<kind, lease_created>) {
          begin(key_of(body.lease.lease), {body.expire, never, 0, true, true});
        } else if constexpr (std::is_same_v<kind, token_renewed>) {
          renew(key_of(body.token), body.expire);
        } else if constexpr (std::is_same_v<kind, lease_renewed>) {
          renew(key_of(body.lease), body.expire);
        } else if constexpr (std::is_same_v<kind, token_orphaned>) {
          if (auto found = lives_.find(key_of(body.token)); found != lives_.end())
            found->second.parent = 0;
        } else if constexpr (std::is_same_v<kind, token_ended>) {
          end(key_of(body.token));
        } else if constexpr (std::is_same_v<kind, lease_ended>) {
          end(key_of(body.lease));
        } else if constexpr (std::is_same_v<kind, lease_irrevocable>) {
          ++counts_.irrevocable;
        } else if constexpr (std::is_same_v<kind, revocation_attempted>) {
          ++counts_.backend_attempts;
          counts_.backend_failures += !body.ok;
        } else if constexpr (std::is_same_v<kind, request_answered>) {
          ++counts_.requests;
          counts_.refused += body.reply != nullptr && !body.reply->ok();
        }
      },
      e.body);
}

void live_counts::begin(std::uint64_t key, life what) {
  auto [at, added] = lives_.try_emplace(key, what);
  if (!added)
    return;
  ++(what.is_lease ? counts_.leases_created : counts_.tokens_created);
  ++(what.is_lease ? counts_.leases_live : counts_.tokens_live);
  queue(key, at->second);
  if (what.parent != 0)
    batches_[what.parent].push_back(key);
}

void live_counts::queue(std::uint64_t key, life& what) {
  if (what.expire >= what.queued)
    return;
  what.queued = what.expire;
  deadlines_.push({what.expire, key});
}

void live_counts::renew(std::uint64_t key, instant expire) {
  ++counts_.renewals;
  auto found = lives_.find(key);
  if (found == lives_.end() || !found->second.alive)
    return;
  found->second.expire = expire;
  queue(key, found->second);
}

void live_counts::end(std::uint64_t key) {
  auto found = lives_.find(key);
  if (found == lives_.end() || !found->second.alive)
    return;
  found->second.alive = false;
  --(found->second.is_lease ? counts_.leases_live : counts_.tokens_live);
  auto batches = batches_.find(key);
  if (batches == batches_.end())
    return;
  auto below = std::move(batches->second);
  batches_.erase(batches);
  for (auto batch : below)
    if (auto its = lives_.find(batch); its != lives_.end() && its->second.parent == key)
      end(batch);
}

void live_counts::pass(instant last) {
  while (!deadlines_.empty() && deadlines_.top().first < last) {
    auto [at, key] = deadlines_.top();
    deadlines_.pop();
    auto& life = lives_.find(key)->second;
    if (!life.alive || life.queued != at)
      continue;
    life.queued = never;
    if (life.expire > at) {
      queue(key, life);
      continue;
    }
    move_to(at);
    end(key);
  }
}

void live_counts::move_to(instant to) {
  if (to <= now_)
    return;
  flush();
  now_ = to;
}

void live_counts::flush() {
  if (begun_ && counts_ == told_)
    return;
  begun_ = true;
  told_ = counts_;
  to_(now_, counts_);
}

} // namespace lapse
