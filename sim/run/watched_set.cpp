#include "sim/run/watched_set.hpp"

#include "sim/run/world_check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse {

watched_set::watched_set(const states_hold& what, const ledger& book)
  : what_(&what), book_(&book), bound_(what.of.size(), 0) {}

std::uint8_t& watched_set::token_mark(ledger::slot token) {
  if (token >= tokens_.size())
    tokens_.resize(std::max<std::size_t>(token + 1, book_->token_slots()), 0);
  return tokens_[token];
}

std::uint8_t& watched_set::lease_mark(ledger::slot lease) {
  if (lease >= leases_.size())
    leases_.resize(std::max<std::size_t>(lease + 1, book_->lease_slots()), 0);
  return leases_[lease];
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

void watched_set::handle_bound(const bound_handle& handle, instant now) {
  for (std::size_t i = 0; i < what_->of.size(); ++i) {
    const auto& by = what_->of[i];
    auto name = by.name.render({});
    if (by.glob ? !glob_matches(name, handle.name) : name != handle.name)
      continue;
    ++bound_[i];
    select(by, handle, now);
  }
}

void watched_set::count_failed(const selector& by) {
  if (by.of == selector::part::descendants || by.of == selector::part::leases)
    return;
  // What was never made is dead and gone.
  ++members_;
  if (what_->state == state_word::dead || what_->state == state_word::gone)
    ++holding_;
}

void watched_set::select(const selector& by, const bound_handle& handle, instant now) {
  if (handle.what == bound_handle::kind::failed) {
    count_failed(by);
    return;
  }
  if (handle.what == bound_handle::kind::lease) {
    if (auto at = book_->lease_slot(handle.lease); at != ledger::no_slot) {
      lease_mark(at) |= named;
      lease_changed(at, now);
    }
    return;
  }
  auto at = book_->token_slot(handle.token);
  if (handle.what != bound_handle::kind::token || at == ledger::no_slot)
    return;
  switch (by.of) {
    case selector::part::itself:
    case selector::part::lease: // a token's own lease lives and dies with it
      token_mark(at) |= named;
      token_changed(at, now);
      break;
    case selector::part::descendants:
      token_mark(at) |= anchor;
      add_below(at, now);
      break;
    case selector::part::leases:
      token_mark(at) |= lease_anchor;
      book_->for_each_lease(at, [&](ledger::slot lease) { lease_made(lease, now); });
      break;
  }
}

void watched_set::add_below(ledger::slot token, instant now) {
  book_->for_each_descendant(token, [&](ledger::slot at) {
    token_mark(at) |= below;
    token_changed(at, now);
  });
}

void watched_set::token_made(ledger::slot token, instant now) {
  auto above = book_->parent(token);
  if (above == ledger::no_slot || (token_mark(above) & (below | anchor)) == 0)
    return;
  token_mark(token) |= below;
  token_changed(token, now);
}

void watched_set::lease_made(ledger::slot lease, instant now) {
  auto owner = book_->owner(lease);
  if (owner == ledger::no_slot || (token_mark(owner) & lease_anchor) == 0)
    return;
  lease_mark(lease) |= named;
  lease_changed(lease, now);
}

void watched_set::token_orphaned(ledger::slot token, instant now) {
  if ((token_mark(token) & below) == 0)
    return;
  auto leave = [&](ledger::slot at) {
    token_mark(at) = static_cast<std::uint8_t>(token_mark(at) & ~below);
    token_changed(at, now);
  };
  leave(token);
  std::vector<ledger::slot> anchors;
  if ((token_mark(token) & anchor) != 0)
    anchors.push_back(token);
  book_->for_each_descendant(token, [&](ledger::slot at) {
    leave(at);
    if ((token_mark(at) & anchor) != 0)
      anchors.push_back(at);
  });
  for (auto at : anchors)
    add_below(at, now);
}

// -- states ------------------------------------------------------------------------

void watched_set::token_changed(ledger::slot token, instant now) {
  auto& mark = token_mark(token);
  auto is_member = (mark & (named | below)) != 0;
  if (is_member || (mark & member) != 0)
    settle(mark, is_member, is_member && holds(what_->state, book_->token_at(token, now)));
}

void watched_set::lease_changed(ledger::slot lease, instant now) {
  auto& mark = lease_mark(lease);
  if ((mark & named) != 0)
    settle(mark, true, holds(what_->state, book_->lease_at(lease, now)));
}

void watched_set::refresh(instant now) {
  for (ledger::slot at = 0; at < tokens_.size(); ++at)
    if ((tokens_[at] & member) != 0)
      token_changed(at, now);
  for (ledger::slot at = 0; at < leases_.size(); ++at)
    if ((leases_[at] & member) != 0)
      lease_changed(at, now);
}

bool watched_set::complete() const noexcept {
  for (std::size_t i = 0; i < bound_.size(); ++i)
    if (bound_[i] == 0)
      return false;
  return true;
}

std::string watched_set::example(bool in, instant now, const handle_table& handles) const {
  auto wanted = [in](std::uint8_t mark) {
    return (mark & member) != 0 && ((mark & in_state) != 0) == in;
  };
  for (ledger::slot at = 0; at < tokens_.size(); ++at) {
    if (!wanted(tokens_[at]))
      continue;
    auto name = handles.name_of(book_->id_of_token(at));
    return fmt::format("{} is {}", name.empty() ? "a token without a handle" : name,
                       describe(book_->token_at(at, now), handles));
  }
  for (ledger::slot at = 0; at < leases_.size(); ++at) {
    if (!wanted(leases_[at]))
      continue;
    std::string_view name = "a lease without a handle";
    for (const auto& h : handles.all())
      if (h.what == bound_handle::kind::lease && h.lease == book_->id_of_lease(at))
        name = h.name;
    return fmt::format("{} is {}", name, describe(book_->lease_at(at, now), handles));
  }
  for (std::size_t i = 0; i < bound_.size(); ++i)
    if (bound_[i] == 0)
      return fmt::format("no handle {} was bound", what_->of[i].name.raw());
  for (const auto& h : handles.all())
    if (h.what == bound_handle::kind::failed && !in)
      return fmt::format("{} was never made", h.name);
  return "nothing is selected";
}

} // namespace lapse
