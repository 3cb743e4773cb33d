#include "sim/run/property_monitor.hpp"

#include "actors/protocol/event_visitor.hpp"

#include <algorithm>
#include <utility>

namespace lapse::run {

namespace {

std::string_view word_of(plan::property::kind kind) noexcept {
  return plan::property_words[static_cast<std::uint8_t>(kind)];
}

bool answers(const plan::answer_seen& what, const answer& reply) {
  if (!plan::within(what.status, reply.status))
    return false;
  return what.error.empty() ||
         std::any_of(reply.errors.begin(), reply.errors.end(), [&](const std::string& text) {
           return text.find(what.error) != std::string::npos;
         });
}

} // namespace

property_monitor::property_monitor(const std::vector<plan::property>& properties,
                                   const lives::ledger& lives, const handle_table& handles,
                                   filtered_counts& counts)
  : lives_(&lives), handles_(&handles), counts_(&counts) {
  for (const auto& p : properties) {
    auto& w = add(p);
    // A window over the whole run takes in the middle of instant 0 as well.
    if (w.from == instant{0})
      w.now = phase::open;
  }
}

property_monitor::watched& property_monitor::add(const plan::property& what) {
  auto& w = watches_.emplace_back();
  w.what = &what;
  w.from = what.from;
  if (what.within)
    w.to = later(what.from, *what.within);
  if (what.to)
    w.to = std::min(w.to, *what.to);
  for (const auto& condition : what.conditions) {
    if (const auto* states = std::get_if<plan::states_hold>(&condition))
      w.sets.emplace_back(*states, *lives_);
    else if (const auto* covered = std::get_if<plan::clients_covered>(&condition))
      w.covers.emplace_back(*covered, *lives_, w.from);
    else if (std::holds_alternative<plan::count_check>(condition))
      w.asks_counts = true;
    else if (const auto* rate = std::get_if<plan::rate_limit>(&condition))
      w.rates.emplace_back(*rate);
    else
      w.asks_answers = true;
  }
  asks_rates_ = asks_rates_ || !w.rates.empty();
  asks_clients_ = asks_clients_ || !w.covers.empty();
  last_window_end_ = std::max(last_window_end_, w.to == never ? w.from : w.to);
  return w;
}

void property_monitor::watch(const plan::property& what, instant now) {
  auto& w = add(what);
  for (const auto& handle : handles_->all())
    for (auto& set : w.sets)
      set.handle_bound(handle, now);
  if (now < w.from)
    return;
  w.now = phase::open;
  judge(w, now, nullptr);
}

bool property_monitor::universal(const watched& w) noexcept {
  return w.what->what == plan::property::kind::always ||
         w.what->what == plan::property::kind::never;
}

// -- the stream --------------------------------------------------------------------

template <class Change>
void property_monitor::change(Change&& how) {
  for (auto& w : watches_) {
    if (w.now == phase::decided || w.sets.empty())
      continue;
    for (auto& set : w.sets)
      how(set);
    w.touched = true;
  }
}

/// What each event changes in the sets, and whether it changes a count.
struct property_monitor::change_of
  : ignores<run_started, client_family, client_asked, request_received, token_used, seal_changed,
            fault_injected, expectation_failed, unexpected_refusal, expected_refusal, rule_broken,
            warning_raised, run_ended> {
  using ignores::operator();

  change_of(property_monitor& in, instant at) : in(in), at(at) {}

  property_monitor& in;
  instant at;
  bool counts = false;
  const request_answered* answered = nullptr;

  void operator()(const token_created& e) {
    counts = true;
    tell(e.facts->name.id, &watched_set::token_made);
  }
  void operator()(const lease_created& e) {
    counts = true;
    tell(e.lease.lease, &watched_set::lease_made);
  }
  void operator()(const token_orphaned& e) { tell(e.token, &watched_set::token_orphaned); }
  void operator()(const token_renewed& e) { changed(e.token); }
  void operator()(const token_ended& e) { ended(e.token); }
  void operator()(const token_gone& e) { changed(e.token); }
  void operator()(const lease_renewed& e) { changed(e.lease); }
  void operator()(const lease_ended& e) { ended(e.lease); }
  void operator()(const lease_gone& e) { changed(e.lease); }
  void operator()(const lease_irrevocable& e) { tell(e.lease, &watched_set::changed); }
  void operator()(const cubbyhole_changed&) { counts = true; }
  void operator()(const credential_changed&) { counts = true; }
  void operator()(const revocation_attempted&) { counts = true; }
  void operator()(const request_answered& e) { answered = &e; }
  void operator()(const lapse::handle_bound& e) {
    counts = true; // of families, which go by handles
    in.note_client(e.client, at);
  }
  void operator()(const client_changed& e) { in.note_client(e.who, at); }

  template <class Id>
  void ended(Id id) {
    changed(id);
    if (!in.asks_clients_)
      return;
    if (auto where = in.lives_->slot_of(id); where != lives::ledger::no_slot)
      in.lives_->for_each_client(where, [&](const client_name& who) { in.note_client(who, at); });
  }

  template <class Id>
  void changed(Id id) {
    counts = true;
    tell(id, &watched_set::changed);
  }

  template <class Id>
  void tell(Id id, void (watched_set::*how)(lives::ledger::slot, instant)) {
    if (auto where = in.lives_->slot_of(id); where != lives::ledger::no_slot)
      in.change([&](watched_set& set) { (set.*how)(where, at); });
  }
};

void property_monitor::on_event(const event& e, const lives::ledger&) {
  const auto asked = asks_rates_ ? attempts_.in(e) : std::nullopt;
  if (!asks_rates_)
    attempts_.skip(e);
  if (watches_.empty())
    return;
  close_before(e.at);
  change_of what{*this, e.at};
  std::visit(what, e.body);
  if (what.counts)
    for (auto& w : watches_)
      w.touched = w.touched || w.asks_counts;
  if (asked)
    count(*asked);
  judge_touched(e.at, what.answered);
}

void property_monitor::count(const attempt& one) {
  for (auto& w : watches_) {
    if (w.now != phase::open || one.at < w.from || one.at > w.to)
      continue;
    for (auto& rate : w.rates)
      rate.add(one);
    w.touched = w.touched || !w.rates.empty();
  }
}

void property_monitor::note_client(const client_name& who, instant now) {
  if (!asks_clients_ || !who)
    return;
  for (auto& w : watches_) {
    if (w.now == phase::decided)
      continue;
    for (auto& covered : w.covers) {
      covered.note(who, now);
      w.touched = true;
    }
  }
}

void property_monitor::close_before(instant now) {
  for (auto& w : watches_) {
    if (w.now != phase::open || now <= w.to)
      continue;
    // All events of the window were judged as they came; the ledger is already past it.
    if (universal(w))
      w.now = phase::decided;
    else
      break_property(w, w.to, nullptr);
  }
}

void property_monitor::judge_touched(instant now, const request_answered* answered) {
  for (auto& w : watches_) {
    auto touched = std::exchange(w.touched, false);
    if (w.now != phase::open || now < w.from || now > w.to)
      continue;
    if (w.asks_answers ? answered != nullptr : touched)
      judge(w, now, answered);
  }
}

void property_monitor::handle_freed(const bound_handle& handle, instant now) {
  change([&](watched_set& set) { set.handle_freed(handle, now); });
}

void property_monitor::handle_bound(const bound_handle& handle, instant now) {
  change([&](watched_set& set) { set.handle_bound(handle, now); });
  judge_touched(now, nullptr);
}

// -- the clock ---------------------------------------------------------------------

std::optional<instant> property_monitor::next_boundary(instant now) const {
  std::optional<instant> result;
  auto consider = [&](instant at) {
    if (at > now && at != never && (!result || at < *result))
      result = at;
  };
  for (const auto& w : watches_) {
    if (w.now == phase::decided)
      continue;
    consider(w.from);
    consider(w.to);
  }
  return result;
}

void property_monitor::instant_begins(instant now) {
  close_before(now);
  // States whose deadline passed without an event (a seal, a late worker) are caught up with at
  // every start or end of a window, before it is judged.
  auto boundary = std::any_of(watches_.begin(), watches_.end(), [now](const watched& w) {
    return w.now != phase::decided && (w.from == now || w.to == now);
  });
  if (boundary)
    change([now](watched_set& set) { set.refresh(now); });
  for (auto& w : watches_) {
    w.touched = false;
    if (w.now == phase::waiting && w.from <= now &&
        (!universal(w) || w.asks_answers || !w.rates.empty())) {
      w.now = phase::open;
      judge(w, now, nullptr);
    }
  }
}

void property_monitor::instant_settles(instant now) {
  for (auto& w : watches_) {
    if (!universal(w))
      continue;
    if (w.now == phase::waiting && w.from <= now)
      w.now = phase::open;
    if (w.now != phase::open || now > w.to)
      continue;
    if (now == w.from || now == w.to)
      judge(w, now, nullptr);
    if (now >= w.to && w.now == phase::open)
      w.now = phase::decided;
  }
}

void property_monitor::instant_ends(instant now) {
  for (auto& w : watches_)
    if (!universal(w) && w.now == phase::open && w.to <= now)
      break_property(w, w.to, nullptr);
}

void property_monitor::finish(instant now) {
  for (auto& w : watches_) {
    // A gap that is still open may have become too long since.
    if (universal(w) && !w.covers.empty() && w.now == phase::open && now <= w.to)
      judge(w, now, nullptr);
    if (universal(w) || w.now == phase::decided)
      continue;
    // Windows that closed before are judged by what held at their end.
    if (now <= w.to && !w.sets.empty())
      for (auto& set : w.sets)
        set.refresh(now);
    if (w.now == phase::open && now <= w.to)
      judge(w, now, nullptr);
    if (w.now != phase::decided)
      break_property(w, std::min(now, w.to), nullptr);
  }
}

// -- judging -----------------------------------------------------------------------

bool property_monitor::states_hold(const watched& w, const watched_set& members, bool any) const {
  const auto some = members.holding() > 0;
  const auto all = members.holding() == members.members();
  switch (w.what->what) {
    case plan::property::kind::always:
      return any ? some || members.members() == 0 : all;
    case plan::property::kind::never:
      return some;
    default:
      return any ? some : members.complete() && all;
  }
}

bool property_monitor::condition(const watched& w, instant now,
                                 const request_answered* answered) const {
  auto set = w.sets.begin();
  auto rate = w.rates.begin();
  auto cover = w.covers.begin();
  for (const auto& c : w.what->conditions) {
    auto holds = false;
    if (const auto* states = std::get_if<plan::states_hold>(&c))
      holds = states_hold(w, *set++, states->any);
    else if (const auto* count = std::get_if<plan::count_check>(&c))
      holds = plan::within(count->expected, counts_->value_of(*count));
    else if (std::holds_alternative<plan::rate_limit>(c))
      holds = (rate++)->holds();
    else if (std::holds_alternative<plan::clients_covered>(c))
      holds = (cover++)->holds(now);
    else
      holds = answered != nullptr && answers(std::get<plan::answer_seen>(c), *answered->reply);
    if (!holds)
      return false;
  }
  return true;
}

void property_monitor::judge(watched& w, instant now, const request_answered* answered) {
  if (w.asks_answers && answered == nullptr)
    return;
  auto holds = condition(w, now, answered);
  switch (w.what->what) {
    case plan::property::kind::always:
      if (!holds)
        break_property(w, now, answered);
      break;
    case plan::property::kind::never:
      if (holds)
        break_property(w, now, answered);
      break;
    default:
      if (holds)
        w.now = phase::decided;
  }
}

void property_monitor::break_property(watched& w, instant now, const request_answered* answered) {
  w.now = phase::decided;
  rule_broken verdict;
  verdict.id = word_of(w.what->what);
  verdict.sentence = w.what->words;
  explain(w, now, answered, verdict);
  verdict.line = w.what->where.line;
  broken_.push_back(std::move(verdict));
}

std::string property_monitor::words_at(instant at) const {
  for (const auto& w : watches_)
    if (w.now != phase::decided && (w.from == at || w.to == at))
      return w.what->words;
  return {};
}

std::vector<std::size_t> property_monitor::open() const {
  std::vector<std::size_t> result;
  for (std::size_t place = 0; place < watches_.size(); ++place)
    if (!universal(watches_[place]) && watches_[place].now != phase::decided)
      result.push_back(place);
  return result;
}

std::vector<const plan::property*> property_monitor::not_judged() const {
  std::vector<const plan::property*> result;
  for (const auto& w : watches_)
    if (w.now != phase::decided && (!universal(w) || w.now == phase::waiting || w.to != never))
      result.push_back(w.what);
  return result;
}

std::vector<rule_broken> property_monitor::take_broken() { return std::exchange(broken_, {}); }

} // namespace lapse::run
