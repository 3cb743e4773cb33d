#include "sim/run/watched_set.hpp"

#include "reports/cause/end_words.hpp"
#include "sim/run/world_check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::run {

watched_set::watched_set(const plan::states_hold& what, const lives::ledger& lives)
  : what_(&what), lives_(&lives), bound_(what.of.size(), 0) {}

std::uint8_t& watched_set::mark_of(lives::ledger::slot where) {
  if (where >= marks_.size())
    marks_.resize(std::max<std::size_t>(where + 1, lives_->size()), 0);
  return marks_[where];
}

void watched_set::settle(std::uint8_t& mark, bool is_member, bool is_in_state) {
  auto was_member = (mark & member) != 0;
  auto was_in = (mark & in_state) != 0;
  auto is_in = is_member && is_in_state;
  members_ += static_cast<int>(is_member) - static_cast<int>(was_member);
  holding_ += static_cast<int>(is_in) - static_cast<int>(was_in);
  mark = static_cast<std::uint8_t>((mark & ~(member | in_state)) | (is_member ? member : 0) |
                                   (is_in ? in_state : 0));
}

// -- membership --------------------------------------------------------------------

/// Calls `how(selector, handles bound under its name)` for each selector that means the handle.
template <class How>
void watched_set::for_matching(const bound_handle& handle, How&& how) {
  for (std::size_t i = 0; i < what_->of.size(); ++i) {
    const auto& by = what_->of[i];
    const auto name = by.name.render({});
    if (by.glob ? handle_matches(name, handle) : name == handle.name)
      how(by, bound_[i]);
  }
}

void watched_set::handle_bound(const bound_handle& handle, instant now) {
  for_matching(handle, [&](const plan::selector& by, std::int64_t& bound) {
    ++bound;
    select(by, handle, now);
  });
}

void watched_set::handle_freed(const bound_handle& handle, instant now) {
  const auto at = handle.what == bound_handle::kind::lease ? lives_->slot_of(handle.lease)
                                                           : lives_->slot_of(handle.token);
  if (at == lives::ledger::no_slot)
    return;
  const auto unmark = [&](lives::ledger::slot where, std::uint8_t what) {
    mark_of(where) = static_cast<std::uint8_t>(mark_of(where) & ~what);
    changed(where, now);
  };
  for_matching(handle, [&](const plan::selector& by, std::int64_t& bound) {
    --bound;
    // A lease is named itself, whatever of it is selected.
    if (handle.what == bound_handle::kind::lease)
      return unmark(at, named);
    switch (by.of) {
      case plan::selector::part::itself:
      case plan::selector::part::lease:
        unmark(at, named);
        break;
      case plan::selector::part::descendants:
        unmark(at, anchor);
        lives_->for_each_descendant(at, [&](auto below_it) { unmark(below_it, below); });
        break;
      case plan::selector::part::leases:
        unmark(at, lease_anchor);
        lives_->for_each_lease(at, [&](auto lease) { unmark(lease, named); });
        break;
    }
  });
}

void watched_set::count_failed(const plan::selector& by) {
  if (by.of == plan::selector::part::descendants || by.of == plan::selector::part::leases)
    return;
  // What was never made is dead and gone.
  ++members_;
  if (what_->state == plan::state_word::dead || what_->state == plan::state_word::gone)
    ++holding_;
}

void watched_set::select(const plan::selector& by, const bound_handle& handle, instant now) {
  if (handle.what == bound_handle::kind::failed) {
    count_failed(by);
    return;
  }
  if (handle.what == bound_handle::kind::lease) {
    if (auto at = lives_->slot_of(handle.lease); at != lives::ledger::no_slot) {
      mark_of(at) |= named;
      changed(at, now);
    }
    return;
  }
  auto at = lives_->slot_of(handle.token);
  if (handle.what != bound_handle::kind::token || at == lives::ledger::no_slot)
    return;
  switch (by.of) {
    case plan::selector::part::itself:
    case plan::selector::part::lease: // a token's own lease lives and dies with it
      mark_of(at) |= named;
      changed(at, now);
      break;
    case plan::selector::part::descendants:
      mark_of(at) |= anchor;
      add_below(at, now);
      break;
    case plan::selector::part::leases:
      mark_of(at) |= lease_anchor;
      lives_->for_each_lease(at, [&](lives::ledger::slot lease) { lease_made(lease, now); });
      break;
  }
}

void watched_set::add_below(lives::ledger::slot token, instant now) {
  lives_->for_each_descendant(token, [&](lives::ledger::slot at) {
    mark_of(at) |= below;
    changed(at, now);
  });
}

void watched_set::token_made(lives::ledger::slot token, instant now) {
  auto above = lives_->at(token).above_slot;
  if (above == lives::ledger::no_slot || (mark_of(above) & (below | anchor)) == 0)
    return;
  mark_of(token) |= below;
  changed(token, now);
}

void watched_set::lease_made(lives::ledger::slot lease, instant now) {
  auto owner = lives_->at(lease).above_slot;
  if (owner == lives::ledger::no_slot || (mark_of(owner) & lease_anchor) == 0)
    return;
  mark_of(lease) |= named;
  changed(lease, now);
}

void watched_set::token_orphaned(lives::ledger::slot token, instant now) {
  if ((mark_of(token) & below) == 0)
    return;
  auto leave = [&](lives::ledger::slot at) {
    mark_of(at) = static_cast<std::uint8_t>(mark_of(at) & ~below);
    changed(at, now);
  };
  leave(token);
  std::vector<lives::ledger::slot> anchors;
  if ((mark_of(token) & anchor) != 0)
    anchors.push_back(token);
  lives_->for_each_descendant(token, [&](lives::ledger::slot at) {
    leave(at);
    if ((mark_of(at) & anchor) != 0)
      anchors.push_back(at);
  });
  for (auto at : anchors)
    add_below(at, now);
}

// -- states ------------------------------------------------------------------------

void watched_set::changed(lives::ledger::slot where, instant now) {
  auto& mark = mark_of(where);
  auto is_member = (mark & (named | below)) != 0;
  if (is_member || (mark & member) != 0)
    settle(mark, is_member, is_member && holds(what_->state, lives_->view(where, now)));
}

void watched_set::refresh(instant now) {
  for (lives::ledger::slot at = 0; at < marks_.size(); ++at)
    if ((marks_[at] & member) != 0)
      changed(at, now);
}

bool watched_set::complete() const noexcept {
  for (std::size_t i = 0; i < bound_.size(); ++i)
    if (bound_[i] == 0)
      return false;
  return true;
}

std::string watched_set::described(lives::ledger::slot at, instant now) const {
  auto life = lives_->view(at, now);
  auto result = describe(life, *lives_);
  if (!life.dead())
    return result + ", " + cause::end_words(*lives_, lives_->at(at));
  return result + ": " +
         (asks_for_the_end(what_->state) ? cause::reason_not_gone(*lives_, at)
                                         : cause::full_reason(*lives_, lives_->at(at)));
}

watched_set::shown_member watched_set::example(bool in, instant now,
                                               const handle_table& handles) const {
  for (bool leases : {false, true})
    for (lives::ledger::slot at = 0; at < marks_.size(); ++at) {
      const auto& life = lives_->at(at);
      if (life.is_lease() != leases || (marks_[at] & member) == 0 ||
          ((marks_[at] & in_state) != 0) != in)
        continue;
      const auto& handle = lives_->handle(life);
      return {fmt::format("{} is {}",
                          !handle.empty() ? handle
                          : leases        ? "a lease without a handle"
                                          : "a token without a handle",
                          described(at, now)),
              cause::first_cause(*lives_, life)};
    }
  for (std::size_t i = 0; i < bound_.size(); ++i)
    if (bound_[i] == 0)
      return {fmt::format("no handle {} was bound", what_->of[i].name.raw())};
  for (const auto& h : handles.all())
    if (h.what == bound_handle::kind::failed && !in) {
      const auto why = h.failure() ? failure_words(*h.failure(), *lives_) : std::string{};
      return {fmt::format("{} was never made{}{}", h.name, why.empty() ? "" : ": ", why),
              h.failure() ? first_cause(*h.failure(), *lives_) : why};
    }
  return {"nothing is selected"};
}

} // namespace lapse::run
