#include "reports/chronicle/chronicle.hpp"

#include <algorithm>
#include <type_traits>

namespace lapse {

namespace {

constexpr std::size_t short_name_length = 8;
/// Clients that never get an answer must not make the list of open requests grow for ever.
constexpr std::size_t open_requests_max = 4096;

std::shared_ptr<const std::string> path_of(const lease_created& e) {
  return e.lease.path ? e.lease.path : std::make_shared<const std::string>(e.mount);
}

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

std::string_view to_string(life_record::kind what) noexcept {
  constexpr std::string_view names[] = {"token", "batch", "wrapping", "lease"};
  return names[static_cast<std::uint8_t>(what)];
}

// -- reading the stream --------------------------------------------------------

void chronicle::on_event(const event& e) {
  now_ = std::max(now_, e.at);
  std::visit(
      [&](const auto& body) {
        using kind = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<kind, handle_bound>) {
          bind(body);
        } else if constexpr (std::is_same_v<kind, request_received>) {
          if (open_.size() < open_requests_max)
            open_.push_back({body.number, body.by.id, body.what && can_end(*body.what)});
        } else if constexpr (std::is_same_v<kind, request_answered>) {
          std::erase_if(open_, [&](const auto& r) { return r.number == body.number; });
        } else if constexpr (std::is_same_v<kind, token_created> ||
                             std::is_same_v<kind, lease_created>) {
          add(e.at, body);
        } else if constexpr (std::is_same_v<kind, token_renewed>) {
          renew(seek(body.token), body.expire, body.bound);
        } else if constexpr (std::is_same_v<kind, lease_renewed>) {
          renew(seek(body.lease), body.expire, body.bound);
        } else if constexpr (std::is_same_v<kind, token_orphaned>) {
          if (auto* life = seek(body.token))
            life->above = {};
        } else if constexpr (std::is_same_v<kind, token_ended>) {
          end(seek(body.token), e.at, body.cause, body.because);
        } else if constexpr (std::is_same_v<kind, lease_ended>) {
          end(seek(body.lease), e.at, body.cause, body.because);
        } else if constexpr (std::is_same_v<kind, token_gone>) {
          if (auto* life = seek(body.token))
            life->gone = e.at;
        } else if constexpr (std::is_same_v<kind, lease_gone>) {
          if (auto* life = seek(body.lease))
            life->gone = e.at;
        } else if constexpr (std::is_same_v<kind, lease_irrevocable>) {
          if (auto* life = body.lease ? seek(body.lease) : seek(body.token))
            life->irrevocable = true;
        }
      },
      e.body);
}

void chronicle::bind(const handle_bound& e) {
  if (!e.token && !e.lease)
    return;
  auto* life = e.token ? seek(e.token) : seek(e.lease);
  if (!life) {
    // A handle may come first, as that of the root token does.
    early_handles_.try_emplace(e.token ? e.token.value : e.lease.value, e.handle);
  } else if (life->handle.empty()) {
    life->handle = e.handle;
  }
}

void chronicle::add(instant at, const token_created& made) {
  const auto& e = *made.facts;
  if (!tokens_.try_emplace(e.name.id.value, lives_.size()).second)
    return;
  life_record life;
  life.what = e.wrapping  ? life_record::kind::wrapping
              : e.batch() ? life_record::kind::batch
                          : life_record::kind::service;
  life.token = e.name;
  life.above = e.parent;
  life.created = at;
  life.told = e.ttl;
  life.advertised_end = e.expire;
  life.bound = e.bound;
  if (auto early = early_handles_.find(e.name.id.value); early != early_handles_.end())
    life.handle = early->second;
  lives_.push_back(std::move(life));
}

void chronicle::add(instant at, const lease_created& e) {
  if (!leases_.try_emplace(e.lease.lease.value, lives_.size()).second)
    return;
  life_record life;
  life.what = life_record::kind::lease;
  life.lease = e.lease.lease;
  life.path = path_of(e);
  life.order = e.lease.order;
  life.ordinal = ++ordinals_[*life.path];
  life.above = e.owner;
  life.created = at;
  life.told = e.ttl;
  life.advertised_end = e.expire;
  life.bound = e.bound;
  if (auto early = early_handles_.find(e.lease.lease.value); early != early_handles_.end())
    life.handle = early->second;
  lives_.push_back(std::move(life));
}

void chronicle::renew(life_record* life, instant expire, ttl_bound bound) {
  if (!life)
    return;
  life->advertised_end = expire;
  life->bound = bound;
  ++life->renewals;
}

void chronicle::end(life_record* life, instant at, end_cause cause, token_id because) {
  if (!life || life->reported.at != never)
    return;
  life->reported = {at, cause, because, culprit()};
}

token_id chronicle::culprit() const {
  auto found = std::find_if(open_.rbegin(), open_.rend(), [](const auto& r) { return r.ends; });
  if (found != open_.rend())
    return found->by;
  return open_.empty() ? token_id{} : open_.back().by;
}

// -- lives ---------------------------------------------------------------------

life_record* chronicle::seek(token_id id) {
  auto found = tokens_.find(id.value);
  return found == tokens_.end() ? nullptr : &lives_[found->second];
}

life_record* chronicle::seek(lease_id id) {
  auto found = leases_.find(id.value);
  return found == leases_.end() ? nullptr : &lives_[found->second];
}

const life_record* chronicle::find(token_id id) const {
  auto found = tokens_.find(id.value);
  return found == tokens_.end() ? nullptr : &lives_[found->second];
}

const life_record* chronicle::find(lease_id id) const {
  auto found = leases_.find(id.value);
  return found == leases_.end() ? nullptr : &lives_[found->second];
}

std::optional<std::size_t> chronicle::above(std::size_t number) const {
  auto found = tokens_.find(lives_[number].above.value);
  if (found == tokens_.end() || found->second >= number)
    return {};
  return found->second;
}

ending chronicle::own_end(const life_record& life) const {
  auto expire = life.advertised_end;
  if (expire <= life.reported.at && expire < now_)
    return {expire, end_cause::deadline, {}, {}};
  if (expire == life.reported.at && expire != never)
    return {expire, end_cause::deadline, {}, {}};
  return life.reported;
}

ending chronicle::end_of(const life_record& life) const {
  auto own = own_end(life);
  if (life.what != life_record::kind::batch)
    return own;
  // A batch token ends with its parent, which keeps no list of it.
  const auto* above = find(life.above);
  if (!above)
    return own;
  auto end = own_end(*above);
  if (end.at >= own.at || end.at >= life.advertised_end)
    return own;
  auto topmost = end.cause == end_cause::ancestor && end.because ? end.because : life.above;
  return {end.at, end_cause::ancestor, topmost, {}};
}

std::vector<outlook> chronicle::outlooks() const {
  std::vector<outlook> result(lives_.size());
  for (std::size_t i = 0; i < lives_.size(); ++i) {
    const auto& life = lives_[i];
    result[i] = {life.advertised_end, {}};
    auto number = above(i);
    if (!number)
      continue;
    const auto& over = result[*number];
    if (over.end < result[i].end)
      result[i] = {over.end, over.through ? over.through : life.above};
  }
  return result;
}

// -- names ---------------------------------------------------------------------

std::string chronicle::name(const life_record& life) const {
  if (!life.handle.empty())
    return life.handle;
  if (life.is_lease())
    return *life.path + '#' + std::to_string(life.ordinal);
  if (life.token.type == token_type::batch)
    return "batch:" + uuid_text(life.token.id.value).substr(0, short_name_length);
  auto kind = life.what == life_record::kind::wrapping ? "wrapping:" : "token:";
  return kind + accessor_text(life.token).substr(0, short_name_length);
}

std::string chronicle::name(token_id id) const {
  if (const auto* life = find(id))
    return name(*life);
  if (!id)
    return "nobody";
  if (auto early = early_handles_.find(id.value); early != early_handles_.end())
    return early->second;
  return "token:" + accessor_text({id, token_type::service, nullptr}).substr(0, short_name_length);
}

std::string chronicle::name(lease_id id) const {
  if (const auto* life = find(id))
    return name(*life);
  return "lease:" + uuid_text(id.value).substr(0, short_name_length);
}

std::string chronicle::name(const credential& by) const {
  if (by.id)
    return name(by.id);
  return by.text.empty() ? "nobody" : "unknown";
}

} // namespace lapse
