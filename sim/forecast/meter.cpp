#include "sim/forecast/meter.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lapse::forecast {

namespace {

constexpr instant minute = std::chrono::minutes{1};

std::string where_of(const lives::ledger& lives, const lives::life_record& life) {
  if (life.is_lease())
    return life.path() ? *life.path() : lives.mount(life);
  if (auto login = lives.login_source(life); !login.empty())
    return login;
  return "auth/token" + (life.role() ? '/' + *life.role() : std::string{});
}

std::int64_t milliseconds(duration d) { return d / duration{std::chrono::milliseconds{1}}; }

} // namespace

meter::meter(settings how) : how_(std::move(how)) { total_.columns.resize(columns); }

// -- levels --------------------------------------------------------------------------

/// The level stays as it is until `to`.
void meter::pass(gauge& g, instant to) const {
  while (g.at.size() < how_.at.size() && how_.at[g.at.size()] < to)
    g.at.push_back(g.level);
  const auto late_from = how_.end - how_.end / 4;
  if (to > late_from && to > g.since)
    g.late += g.level / one * milliseconds(std::min(to, how_.end) - std::max(g.since, late_from));
  const auto part = std::max(how_.end / static_cast<std::int64_t>(columns), instant{1});
  const auto last = std::min<std::int64_t>(to / part, columns - 1);
  for (auto i = g.since / part; i <= last; ++i)
    if (auto& most = g.columns[static_cast<std::size_t>(i)]; most < g.level)
      most = g.level;
  g.since = std::max(g.since, std::min(to, how_.end));
}

void meter::change(gauge& g, std::int64_t by, instant now) const {
  pass(g, now);
  g.level += by;
  if (g.level > g.peak) {
    if (g.peak_at != now) {
      g.before = g.peak;
      g.before_at = g.peak_at;
    }
    g.peak = g.level;
    g.peak_at = now;
  }
}

std::uint32_t meter::source_of(const lives::ledger& lives, const lives::life_record& life) {
  const auto family = lives.family_of(life);
  const auto& families = lives.clients().families();
  auto key = family < families.size() ? families[family].facts.name : std::string{};
  const auto family_size = key.size();
  key += '\0';
  key += where_of(lives, life);
  const auto next = static_cast<std::uint32_t>(sources_.size());
  const auto [number, is_new] = numbers_.try_emplace(std::move(key), next);
  if (!is_new)
    return number->second;
  auto& made = sources_.emplace_back();
  made.name = {number->first.substr(0, family_size), number->first.substr(family_size + 1)};
  made.of.columns.resize(columns);
  made.first_granted = life.advertised;
  made.of_secrets = life.is_lease();
  if (family < how_.weights.size())
    made.weight = how_.weights[family];
  return next;
}

bool meter::is_there(lives::ledger::slot where) const noexcept {
  return where != lives::ledger::no_slot && where < there_.size() && there_[where];
}

// -- the stream ----------------------------------------------------------------------

void meter::enter(const lives::ledger& lives, lives::ledger::slot where) {
  if (where == lives::ledger::no_slot || !lives.at(where).has_lease_record())
    return;
  of_.resize(std::max<std::size_t>(of_.size(), where + 1), none);
  there_.resize(of_.size());
  const auto number = source_of(lives, lives.at(where));
  of_[where] = number;
  there_[where] = true;
  auto& in = sources_[number];
  change(in.of, in.weight, now_);
  change(total_, in.weight, now_);
  in.arrivals += now_ > how_.settled;
  if (how_.limit && passed_ == never && total_.level / one > *how_.limit)
    passed_ = now_;
}

void meter::leave(lives::ledger::slot where) {
  if (!is_there(where))
    return;
  there_[where] = false;
  auto& in = sources_[of_[where]];
  change(in.of, -in.weight, now_);
  change(total_, -in.weight, now_);
}

/// A token is known for a client's when the client has it: just after it was made.
void meter::move(const lives::ledger& lives, lives::ledger::slot where) {
  if (!is_there(where) || source_of(lives, lives.at(where)) == of_[where])
    return;
  auto& from = sources_[of_[where]];
  from.arrivals -= from.arrivals > 0 && now_ > how_.settled;
  leave(where);
  // It never was there: a peak of this instant is none with it.
  if (auto& g = from.of; g.peak_at == now_) {
    g.peak = std::max(g.before, g.level);
    if (g.peak == g.before)
      g.peak_at = g.before_at;
  }
  enter(lives, where);
}

void meter::before_event(const event& e, const lives::ledger&) { now_ = std::max(now_, e.at); }

void meter::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* made = std::get_if<token_created>(&e.body))
    enter(lives, lives.slot_of(made->facts->name.id));
  else if (const auto* leased = std::get_if<lease_created>(&e.body))
    enter(lives, lives.slot_of(leased->lease.lease));
  else if (const auto* bound = std::get_if<handle_bound>(&e.body); bound && bound->client)
    move(lives, bound->token ? lives.slot_of(bound->token) : lives.slot_of(bound->lease));
  else if (const auto* gone = std::get_if<token_gone>(&e.body))
    leave(lives.slot_of(gone->token));
  else if (const auto* removed = std::get_if<lease_gone>(&e.body))
    leave(lives.slot_of(removed->lease));
  const auto attempt = attempts_.in(e);
  if (!attempt)
    return;
  ++requests_;
  if (attempt->kind != attempt_kind::renewal)
    return;
  const auto since = e.at / minute - how_.settled / minute;
  if (since < 0)
    return;
  const auto at = static_cast<std::size_t>(since);
  renewals_.resize(std::max(renewals_.size(), at + 1));
  const auto* by = lives.find(attempt->by);
  const auto family = by == nullptr ? lives::client_book::no_family : lives.family_of(*by);
  const auto weight = family < how_.weights.size() ? how_.weights[family] : one;
  renewals_[at] += (weight + one / 2) / one;
}

// -- results -------------------------------------------------------------------------

source_reading meter::reading(const gauge& g) const {
  source_reading result;
  for (const auto level : g.at)
    result.at.push_back(level / one);
  result.peak = g.peak / one;
  result.peak_at = g.peak_at;
  result.late_mean = g.late / std::max<std::int64_t>(milliseconds(how_.end / 4), 1);
  for (const auto level : g.columns)
    result.levels.push_back(level / one);
  return result;
}

void meter::finish(const lives::ledger& lives) {
  struct sum {
    std::int64_t seconds = 0;
    std::int64_t count = 0;
  };
  std::vector<sum> lived(sources_.size());
  for (std::size_t slot = 0; slot < of_.size(); ++slot) {
    const auto number = of_[slot];
    const auto& life = lives.at(static_cast<lives::ledger::slot>(slot));
    if (number == none || life.created <= how_.settled || life.expire == never)
      continue;
    lived[number].seconds += (life.expire - life.created) / duration{std::chrono::seconds{1}};
    ++lived[number].count;
    sources_[number].renewed += life.renewals > 0;
    const auto end = lives.end_of(life);
    sources_[number].cut_short += end.at < life.expire;
  }
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    auto& s = sources_[i];
    pass(s.of, how_.end);
    while (s.of.at.size() < how_.at.size() && how_.at[s.of.at.size()] <= how_.end)
      s.of.at.push_back(s.of.level);
    auto made = reading(s.of);
    made.name = s.name;
    made.arrivals = s.arrivals * static_cast<std::uint64_t>(s.weight) / one;
    made.cut_short = s.cut_short * static_cast<std::uint64_t>(s.weight) / one;
    made.renewed = s.renewed * static_cast<std::uint64_t>(s.weight) / one;
    made.first_granted = s.first_granted;
    made.of_secrets = s.of_secrets;
    if (lived[i].count > 0)
      made.granted_life = std::chrono::seconds{lived[i].seconds / lived[i].count};
    // What was there for an instant before its client was known.
    if (made.peak > 0)
      readings_.push_back(std::move(made));
  }
  pass(total_, how_.end);
  while (total_.at.size() < how_.at.size() && how_.at[total_.at.size()] <= how_.end)
    total_.at.push_back(total_.level);
  whole_ = reading(total_);
  renewals_.resize(static_cast<std::size_t>(how_.end / minute - how_.settled / minute) + 1);
}

} // namespace lapse::forecast
