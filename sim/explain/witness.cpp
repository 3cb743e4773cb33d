#include "sim/explain/witness.hpp"

#include <type_traits>

namespace lapse {

life_key key_of(const life_record& life) noexcept {
  return {life.is_lease() ? token_id{} : life.token.id, life.lease};
}

life_key key_of(const bound_handle& handle) noexcept { return {handle.token, handle.lease}; }

const life_record* find(const chronicle& book, const life_key& key) {
  return key.token ? book.find(key.token) : book.find(key.lease);
}

void witness::on_event(const event& e) {
  book_.on_event(e);
  std::visit(
      [&](const auto& body) {
        using kind = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<kind, token_created> || std::is_same_v<kind, lease_created>) {
          take(body);
        } else if constexpr (std::is_same_v<kind, token_orphaned>) {
          tokens_[body.token.value].orphaned = true;
        } else if constexpr (std::is_same_v<kind, token_used>) {
          tokens_[body.token.value].uses_left = body.left;
        } else if constexpr (std::is_same_v<kind, token_ended>) {
          deaths_.push_back({body.token, {}});
        } else if constexpr (std::is_same_v<kind, lease_ended>) {
          deaths_.push_back({{}, body.lease});
        } else if constexpr (std::is_same_v<kind, revocation_attempted>) {
          auto& story = stories_[body.lease.value];
          story.revoked = story.revoked || body.ok;
          if (!body.ok) {
            ++story.failures;
            story.error = body.error;
          }
        } else if constexpr (std::is_same_v<kind, lease_gone>) {
          stories_[body.lease.value].done = e.at;
        } else if constexpr (std::is_same_v<kind, lease_irrevocable>) {
          auto& story = stories_[body.lease.value];
          story.irrevocable = true;
          story.done = e.at;
        } else if constexpr (std::is_same_v<kind, request_received>) {
          asking_ = body.by.id;
        } else if constexpr (std::is_same_v<kind, credential_changed>) {
          if (!body.lease && body.by > 0)
            loose_.push_back({body.mount, asking_});
        }
      },
      e.body);
}

void witness::take(const token_created& made) {
  const auto& e = *made.facts;
  auto& from = tokens_[e.name.id.value];
  from.maker = e.maker;
  from.path = e.path;
  from.uses_left = e.uses;
  from.by_role = e.role != nullptr && !e.role->empty();
  from.login = !e.maker && e.path && !e.path->starts_with("auth/token/");
}

void witness::take(const lease_created& e) {
  auto& from = leases_[e.lease.lease.value];
  from.maker = e.maker;
  from.mount = e.mount;
}

const witness::origin* witness::origin_of(const life_record& life) const {
  const auto& table = life.is_lease() ? leases_ : tokens_;
  auto i = table.find(life.is_lease() ? life.lease.value : life.token.id.value);
  return i == table.end() ? nullptr : &i->second;
}

std::vector<token_id> witness::above(const life_record& life) const {
  auto first = life.above;
  if (const auto* from = origin_of(life); life.is_lease() && from != nullptr)
    if (const auto* maker = book_.find(from->maker))
      if (maker->what == life_record::kind::batch)
        first = from->maker;
  std::vector<token_id> result;
  for (auto next = first; next;) {
    result.push_back(next);
    const auto* one = book_.find(next);
    next = one == nullptr ? token_id{} : one->above;
  }
  return result;
}

const witness::backend_story* witness::story_of(lease_id id) const {
  auto i = stories_.find(id.value);
  return i == stories_.end() ? nullptr : &i->second;
}

} // namespace lapse
