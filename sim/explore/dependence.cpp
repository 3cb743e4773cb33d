#include "sim/explore/dependence.hpp"

#include "actors/protocol/ids.hpp"

#include <algorithm>

namespace lapse::explore {

namespace {

/// Receiving is a write to the receiver's own state, which is not its entry in shared tables; a
/// read if the receiver says that it commutes.
constexpr std::uint64_t own_state = 0x6f776e5f7374617ULL;

void tidy(std::vector<std::uint64_t>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

bool meet(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  auto i = a.begin();
  auto j = b.begin();
  while (i != a.end() && j != b.end()) {
    if (*i == *j)
      return true;
    if (*i < *j)
      ++i;
    else
      ++j;
  }
  return false;
}

} // namespace

access_set accesses_of(const engine::footprint& what) {
  access_set result;
  result.reads.assign(what.reads.begin(), what.reads.end());
  result.writes.assign(what.writes.begin(), what.writes.end());
  (what.commutes ? result.reads : result.writes).push_back(derive(own_state, what.receiver));
  tidy(result.reads);
  tidy(result.writes);
  return result;
}

bool conflict(const access_set& a, const access_set& b) {
  return meet(a.writes, b.writes) || meet(a.writes, b.reads) || meet(a.reads, b.writes);
}

void happens_before::settle() {
  first_ = events_.size();
  past_.clear();
  keys_.clear();
}

bool happens_before::before(std::size_t a, std::size_t b) const {
  const auto& past = past_[b - first_];
  auto place = a - first_;
  return place / 64 < past.size() && (past[place / 64] >> (place % 64) & 1) != 0;
}

void happens_before::mark(bits& set, std::size_t place) const {
  auto i = (place - first_) / 64;
  if (set.size() <= i)
    set.resize(i + 1);
  set[i] |= std::uint64_t{1} << ((place - first_) % 64);
}

void happens_before::join(bits& set, std::size_t place) const {
  const auto& other = past_[place - first_];
  if (set.size() < other.size())
    set.resize(other.size());
  for (std::size_t i = 0; i < other.size(); ++i)
    set[i] |= other[i];
  mark(set, place);
}

std::size_t happens_before::cause_of(const event& what) const {
  // The delivery during which the message was posted; none for what a client or the clock posted.
  auto from = events_.begin() + static_cast<std::ptrdiff_t>(first_);
  auto found =
      std::lower_bound(from, events_.end(), what.posted, [](const event& e, std::uint64_t posted) {
        return e.posted_after < posted;
      });
  return found == events_.end() || what.posted <= found->posted_before
             ? none
             : static_cast<std::size_t>(found - events_.begin());
}

std::size_t happens_before::previous_in_channel(const channel_name& channel) const {
  for (auto i = events_.size(); i > first_; --i)
    if (events_[i - 1].channel == channel)
      return i - 1;
  return none;
}

void happens_before::add(const event& what, const access_set& accesses) {
  auto place = events_.size();
  auto cause = cause_of(what);
  auto previous = previous_in_channel(what.channel);
  std::vector<std::size_t> conflicts;
  for (auto key : accesses.writes) {
    auto& history = keys_[key];
    if (history.last_write != none)
      conflicts.push_back(history.last_write);
    conflicts.insert(conflicts.end(), history.reads.begin(), history.reads.end());
    history.reads.clear();
    history.last_write = place;
  }
  for (auto key : accesses.reads) {
    auto& history = keys_[key];
    if (history.last_write == place)
      continue;
    if (history.last_write != none)
      conflicts.push_back(history.last_write);
    history.reads.push_back(place);
  }
  std::sort(conflicts.begin(), conflicts.end());
  conflicts.erase(std::unique(conflicts.begin(), conflicts.end()), conflicts.end());
  bits past;
  for (auto other : {cause, previous})
    if (other != none)
      join(past, other);
  for (auto other : conflicts)
    join(past, other);
  find_races(conflicts, cause, previous);
  events_.push_back(what);
  past_.push_back(std::move(past));
}

void happens_before::find_races(const std::vector<std::size_t>& conflicts, std::size_t cause,
                                std::size_t previous) {
  races_.clear();
  for (auto one : conflicts) {
    if (one == cause || one == previous)
      continue;
    auto between = [&](std::size_t other) {
      return other != none && other != one && other > one && before(one, other);
    };
    if (!between(cause) && !between(previous) &&
        std::none_of(conflicts.begin(), conflicts.end(), between))
      races_.push_back(one);
  }
}

} // namespace lapse::explore
