#include "actors/lives/client_book.hpp"

#include "actors/lives/ledger.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace lapse::lives {

namespace {

constexpr auto minute_length = std::chrono::minutes{1};

std::size_t parts_each(const client_book::family& of) { return 1 + of.facts.holds.size(); }

} // namespace

std::uint64_t client_book::family::requests() const noexcept {
  return std::accumulate(asked.begin(), asked.end(), std::uint64_t{0});
}

std::uint64_t client_book::family::mean_tenths(instant now) const noexcept {
  if (first_asked == never)
    return 0;
  const auto seconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(whole_seconds(now - first_asked), 60));
  return requests() * 600 / seconds;
}

std::string client_book::name(const client_name& who) const {
  const auto& facts = families_[who.family].facts;
  return facts.count == 1 ? facts.name : facts.name + std::to_string(who.number);
}

const client_book::member* client_book::find(const client_name& who) const {
  if (!who || who.family >= families_.size() || who.number > members_[who.family].size())
    return nullptr;
  return &members_[who.family][who.number - 1];
}

client_book::member* client_book::find(const client_name& who) {
  return const_cast<member*>(std::as_const(*this).find(who));
}

life_record::slot* client_book::parts_of(const client_name& who) {
  return parts_[who.family].data() + (who.number - 1) * parts_each(families_[who.family]);
}

// -- keeping it --------------------------------------------------------------------

void client_book::declare(const client_family& what) {
  auto& made = families_.emplace_back();
  made.facts = what;
  const auto count = static_cast<std::size_t>(what.count);
  members_.emplace_back(count);
  parts_.emplace_back(count * parts_each(made), life_record::no_slot);
}

void client_book::asked(const client_asked& what, instant at) {
  if (find(what.who) == nullptr)
    return;
  auto& in = families_[what.who.family];
  const auto kind = static_cast<std::size_t>(what.what);
  if (!what.reached) {
    ++in.unreached[kind];
    return;
  }
  ++in.asked[kind];
  in.refused += what.status >= 400;
  in.first_asked = std::min(in.first_asked, at);
  const auto minute = at / minute_length;
  if (minute != in.minute) {
    in.minute = minute;
    in.in_minute = 0;
  }
  if (++in.in_minute > in.worst) {
    in.worst = in.in_minute;
    in.worst_minute = minute;
  }
}

void client_book::got(const client_name& who, std::uint32_t part, life_record::slot what,
                      const ledger& in) {
  if (find(who) == nullptr || part >= parts_each(families_[who.family]))
    return;
  parts_of(who)[part] = what;
  judge(who, in);
}

void client_book::lost(const client_name& who, const ledger& in) {
  if (find(who) != nullptr)
    judge(who, in);
}

void client_book::changed(const client_changed& what, const ledger& in) {
  auto* one = find(what.who);
  if (one == nullptr)
    return;
  auto& family = families_[what.who.family];
  switch (what.what) {
    case client_changed::kind::restarted:
    case client_changed::kind::finished:
      std::fill_n(parts_of(what.who), parts_each(family), life_record::no_slot);
      one->resting = what.what == client_changed::kind::finished;
      judge(what.who, in);
      break;
    case client_changed::kind::stopped:
      enter(family, what.who.number, *one, in.now());
      one->gap_from = never;
      one->over = true;
      break;
    case client_changed::kind::gave_up:
      ++family.gave_up;
      break;
  }
}

// A gap is entered when it ends: what is still open is added where somebody looks.
void client_book::judge(const client_name& who, const ledger& in) {
  auto& one = *find(who);
  if (one.over || one.resting)
    return;
  auto& family = families_[who.family];
  const auto* parts = parts_of(who);
  auto since = never;
  auto lost = life_record::no_slot;
  for (std::size_t i = 0; i < parts_each(family); ++i) {
    if (parts[i] == endless)
      continue;
    const auto* life = in.get(parts[i]);
    const auto end = life == nullptr ? in.now() : in.end_of(*life).at;
    if (end >= since)
      continue;
    since = end;
    lost = parts[i];
  }
  if (since == never) {
    family.complete += one.complete_once ? 0 : 1;
    one.complete_once = true;
    if (one.gap_from != never)
      enter(family, who.number, one, in.now());
    one.hit = one.hit || (one.gap_from != never && in.now() > one.gap_from);
    one.gap_from = never;
  } else if (one.complete_once && one.gap_from == never) {
    one.gap_from = since;
    one.gap_lost = lost;
  }
}

void client_book::enter(family& into, std::uint32_t number, const member& of, instant now) {
  if (of.gap_from == never || now <= of.gap_from)
    return;
  into.hit += !of.hit;
  const gap one{number, of.gap_from, now - of.gap_from, of.gap_lost};
  if (one.length > into.longest.length)
    into.longest = one;
  if (into.first.length == duration::zero() || one.from < into.first.from)
    into.first = one;
}

// -- looking -------------------------------------------------------------------------

client_book::family client_book::as_of(std::uint32_t number, instant now) const {
  auto result = families_[number];
  const auto& members = members_[number];
  for (std::size_t i = 0; i < members.size(); ++i)
    if (!members[i].over)
      enter(result, static_cast<std::uint32_t>(i + 1), members[i], now);
  return result;
}

client_book::gap client_book::open_gap(const client_name& who, instant now) const {
  gap result;
  result.number = who.number;
  result.from = never;
  const auto* one = find(who);
  if (one == nullptr || one->gap_from == never)
    return result;
  result.from = one->gap_from;
  result.length = now > one->gap_from ? now - one->gap_from : duration::zero();
  result.lost = one->gap_lost;
  return result;
}

} // namespace lapse::lives
