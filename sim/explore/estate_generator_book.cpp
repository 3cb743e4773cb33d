#include "sim/explore/estate_generator_book.hpp"

#include <algorithm>

namespace lapse::explore {

namespace {

// Of ten, one is any of the kind, dead or alive.
constexpr int dead_percent = 10;

int pick(estate_draws& draws, const std::vector<int>& living, const std::vector<int>& all) {
  if (all.empty())
    return -1;
  auto any = draws.chance(dead_percent);
  return draws.one_of(any || living.empty() ? all : living);
}

} // namespace

bool generated_book::alive(const generated_token& token, instant now) const {
  // A parent is older than its child, so this ends.
  for (const auto* t = &token;; t = &tokens_[static_cast<std::size_t>(t->parent)]) {
    if (t->dead || t->end < now)
      return false;
    if (t->parent < 0)
      return true;
  }
}

bool generated_book::alive(const generated_lease& lease, instant now) const {
  return !lease.dead && lease.end >= now &&
         (lease.owner < 0 || alive(tokens_[static_cast<std::size_t>(lease.owner)], now));
}

int generated_book::some_token(estate_draws& draws, instant now, bool wrapping) const {
  std::vector<int> living;
  std::vector<int> all;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].wrapping != wrapping)
      continue;
    all.push_back(static_cast<int>(i));
    if (alive(tokens_[i], now))
      living.push_back(static_cast<int>(i));
  }
  return pick(draws, living, all);
}

int generated_book::some_lease(estate_draws& draws, instant now) const {
  std::vector<int> living;
  std::vector<int> all;
  for (std::size_t i = 0; i < leases_.size(); ++i) {
    all.push_back(static_cast<int>(i));
    if (alive(leases_[i], now))
      living.push_back(static_cast<int>(i));
  }
  return pick(draws, living, all);
}

void generated_book::extend(int token, instant end) {
  auto& known = tokens_[static_cast<std::size_t>(token)].end;
  known = std::max(known, end);
}

void generated_book::extend_lease(int lease, instant end) {
  leases_[static_cast<std::size_t>(lease)].end = end;
}

void generated_book::end_token(int token) { tokens_[static_cast<std::size_t>(token)].dead = true; }

void generated_book::end_lease(int lease) { leases_[static_cast<std::size_t>(lease)].dead = true; }

instant generated_book::next_deadline(instant now) const {
  auto result = never;
  for (const auto& token : tokens_)
    if (token.end > now && alive(token, now))
      result = std::min(result, token.end);
  for (const auto& lease : leases_)
    if (lease.end > now && alive(lease, now))
      result = std::min(result, lease.end);
  return result;
}

} // namespace lapse::explore
