#include "actors/lives/ledger.hpp"

namespace lapse::lives {

namespace {

constexpr std::size_t short_name_length = 8;

const std::string no_text;

} // namespace

std::string_view to_string(life_state state) noexcept {
  constexpr std::string_view names[] = {"alive", "expired", "revoked"};
  return names[static_cast<std::uint8_t>(state)];
}

std::string_view to_string(life_record::kind what) noexcept {
  constexpr std::string_view names[] = {"token", "batch", "wrapping", "lease"};
  return names[static_cast<std::uint8_t>(what)];
}

ledger ledger::as_of(instant at) const {
  auto result = *this;
  result.now_ = at;
  return result;
}

// -- ends ------------------------------------------------------------------------

ending ledger::own_end(const life_record& life, instant now) {
  if (life.lapsed != never)
    return {life.lapsed, {}, {}, end_cause::deadline};
  if (life.reported.at == never && life.expire < now)
    return {life.expire, {}, {}, end_cause::deadline};
  return life.reported;
}

ending ledger::end_of(const life_record& life, instant now) const {
  auto own = own_end(life, now);
  if (!life.batch() || life.above_slot == no_slot)
    return own;
  auto above = own_end(lives_[life.above_slot], now);
  if (above.at >= own.at || above.at >= life.expire)
    return own;
  auto topmost = above.cause == end_cause::ancestor && above.because ? above.because : life.above;
  return {above.at, topmost, {}, end_cause::ancestor};
}

life_view ledger::view(slot where, instant now) const {
  const auto& life = lives_[where];
  auto end = end_of(life, now);
  life_view result;
  result.state = end.state();
  result.created = life.created;
  result.ended = end.at;
  result.cause = end.cause;
  result.because = end.because;
  result.gone = result.dead() && (life.is_gone() || life.batch());
  result.irrevocable = result.dead() && life.irrevocable();
  return result;
}

std::vector<outlook> ledger::outlooks() const {
  std::vector<outlook> result(lives_.size());
  for (std::size_t i = 0; i < lives_.size(); ++i) {
    const auto& life = lives_[i];
    result[i] = {life.expire, {}};
    if (life.above_slot == no_slot)
      continue;
    const auto& over = result[life.above_slot];
    if (over.end < result[i].end)
      result[i] = {over.end, over.through ? over.through : life.above};
  }
  return result;
}

const revocation_trouble* ledger::trouble_of(slot lease) const {
  auto found = troubles_.find(lease);
  return found == troubles_.end() ? nullptr : &found->second;
}

// -- kinship and provenance --------------------------------------------------------

std::vector<ledger::slot> ledger::line_above(const life_record& life) const {
  std::vector<slot> result;
  auto next = life.above_slot;
  if (life.is_lease() && life.maker != no_slot && lives_[life.maker].batch())
    next = life.maker;
  for (; next != no_slot; next = lives_[next].above_slot)
    result.push_back(next);
  return result;
}

std::uint32_t ledger::family_of(const life_record& life) const noexcept {
  for (const auto* at = &life; at != nullptr; at = get(at->above_slot))
    if (at->client)
      return at->client.family;
  return client_book::no_family;
}

const std::string& ledger::mount(const life_record& life) const {
  return life.from->mount == no_slot ? no_text : mounts_[life.from->mount];
}

std::string ledger::login_source(const life_record& life) const {
  constexpr std::string_view auth = "auth/";
  const std::string_view by = mount(life);
  if (life.is_lease() || !by.starts_with(auth) || by == "auth/token/")
    return {};
  return std::string{by.substr(auth.size())}.append(life.role_name());
}

// -- names -------------------------------------------------------------------------

const std::string& ledger::handle(const life_record& life) const {
  return life.handle == no_slot ? no_text : handles_[life.handle];
}

const std::string& ledger::handle(token_id id) const {
  const auto* life = find(id);
  return life == nullptr ? no_text : handle(*life);
}

const std::string& ledger::handle(lease_id id) const {
  const auto* life = find(id);
  return life == nullptr ? no_text : handle(*life);
}

std::string ledger::name(const life_record& life) const {
  if (life.handle != no_slot && !handles_[life.handle].empty())
    return handles_[life.handle];
  if (life.is_lease())
    return *life.path() + '#' + std::to_string(life.ordinal);
  if (life.batch())
    return "batch:" + uuid_text(life.id).substr(0, short_name_length);
  auto kind = life.what == life_record::kind::wrapping ? "wrapping:" : "token:";
  return kind + accessor_text({life.token(), token_type::service, life.custom()})
                    .substr(0, short_name_length);
}

std::string ledger::name(token_id id) const {
  if (const auto* life = find(id))
    return name(*life);
  if (!id)
    return "nobody";
  if (auto early = early_handles_.find(id.value); early != early_handles_.end())
    return early->second;
  return "token:" + accessor_text({id, token_type::service, nullptr}).substr(0, short_name_length);
}

std::string ledger::name(lease_id id) const {
  if (const auto* life = find(id))
    return name(*life);
  return "lease:" + uuid_text(id.value).substr(0, short_name_length);
}

std::string ledger::name(const credential& by) const {
  if (by.id)
    return name(by.id);
  return by.text.empty() ? "nobody" : "unknown";
}

} // namespace lapse::lives
