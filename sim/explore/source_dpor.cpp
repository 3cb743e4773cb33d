#include "sim/explore/source_dpor.hpp"

#include <algorithm>

namespace lapse::explore {

namespace {

bool holds(const std::vector<channel_name>& list, const channel_name& channel) {
  return std::find(list.begin(), list.end(), channel) != list.end();
}

} // namespace

bool source_dpor::asleep(const node& at, const channel_name& channel) {
  return std::any_of(at.sleep.begin(), at.sleep.end(),
                     [&](const sleeper& s) { return s.channel == channel; });
}

bool source_dpor::begin() {
  order_ = {};
  depth_ = 0;
  free_ = blocked_ = false;
  fresh_ = true;
  if (!started_) {
    started_ = true;
    known_ = 0;
    return true;
  }
  while (nodes_.size() > start_.prefix.size()) {
    auto& last = nodes_.back();
    last.sleep.push_back({last.chosen, last.accesses});
    auto next = std::find_if(last.backtrack.begin(), last.backtrack.end(),
                             [&](const channel_name& c) { return !asleep(last, c); });
    if (next != last.backtrack.end()) {
      last.chosen = *next;
      ++last.tried;
      --pending_;
      known_ = nodes_.size() - 1;
      return true;
    }
    nodes_.pop_back();
  }
  return false;
}

bool source_dpor::seems_beyond(std::uint64_t runs, std::uint64_t budget) const {
  // Leaves of the tree if all subtrees of a node were alike; deeper nodes no longer matter.
  constexpr std::uint64_t leaves_max = std::uint64_t{1} << 40;
  std::uint64_t all = 1;
  std::uint64_t done = 0;
  for (std::size_t i = start_.prefix.size(); i < nodes_.size() && all < leaves_max; ++i) {
    const auto& at = nodes_[i];
    auto open = static_cast<std::uint64_t>(
        std::count_if(at.backtrack.begin(), at.backtrack.end(),
                      [&](const channel_name& c) { return c != at.chosen && !asleep(at, c); }));
    auto subtrees = at.tried + 1 + open;
    all *= subtrees;
    done = done * subtrees + at.tried;
  }
  return runs * (all / (done + 1)) > 4 * budget;
}

std::uint64_t source_dpor::leaves() const {
  constexpr std::uint64_t leaves_max = std::uint64_t{1} << 40;
  std::uint64_t all = 1;
  for (std::size_t i = start_.prefix.size(); i < nodes_.size() && all < leaves_max; ++i)
    all *= std::max<std::size_t>(nodes_[i].backtrack.size(), 1);
  return all;
}

std::optional<std::size_t> source_dpor::run_free() noexcept {
  // The run is useless from here on, but has to be finished.
  free_ = true;
  return 0;
}

std::optional<std::size_t> source_dpor::choose(std::span<const engine::ready_channel> ready) {
  if (free_ || gave_up())
    return run_free();
  auto place = depth_;
  if (place == nodes_.size() && !open_node(ready))
    return run_free();
  const auto& wanted = nodes_[place].chosen;
  auto found = std::find_if(ready.begin(), ready.end(), [&](const engine::ready_channel& c) {
    return c.sender == wanted.sender && c.receiver == wanted.receiver;
  });
  if (found == ready.end()) {
    ++strays_;
    nodes_.resize(place);
    return run_free();
  }
  ++depth_;
  nodes_[place].event.channel = wanted;
  nodes_[place].event.posted = found->posted;
  return static_cast<std::size_t>(found - ready.begin());
}

std::vector<sleeper> source_dpor::inherited() const {
  if (nodes_.size() == start_.prefix.size())
    return start_.sleep;
  if (nodes_.size() < start_.prefix.size() || fresh_ || how_ == reduction::none)
    return {};
  std::vector<sleeper> result;
  const auto& above = nodes_.back();
  for (const auto& s : above.sleep)
    if (!conflict(s.accesses, above.accesses))
      result.push_back(s);
  return result;
}

bool source_dpor::open_node(std::span<const engine::ready_channel> ready) {
  node fresh;
  fresh.sleep = inherited();
  for (const auto& c : ready)
    fresh.enabled.push_back({c.sender, c.receiver});
  if (nodes_.size() < start_.prefix.size()) {
    fresh.chosen = start_.prefix[nodes_.size()];
    nodes_.push_back(std::move(fresh));
    return true;
  }
  auto next = std::find_if(fresh.enabled.begin(), fresh.enabled.end(),
                           [&](const channel_name& c) { return !asleep(fresh, c); });
  if (next == fresh.enabled.end()) {
    blocked_ = true;
    return false;
  }
  fresh.chosen = *next;
  fresh.backtrack = {fresh.chosen};
  if (how_ == reduction::none)
    for (const auto& channel : fresh.enabled)
      if (channel != fresh.chosen)
        try_later(fresh, channel);
  nodes_.push_back(std::move(fresh));
  return true;
}

void source_dpor::delivered(const engine::footprint& what) {
  if (free_)
    return;
  auto place = depth_ - 1;
  auto& at = nodes_[place];
  fresh_ = false;
  if (place >= known_) {
    at.accesses = accesses_of(what);
    at.event.posted_before = what.posted_before;
    at.event.posted_after = what.posted;
    // Its accesses are known from here on; races with earlier deliveries are looked for once.
    known_ = place + 1;
    order_.add(at.event, at.accesses);
    if (how_ == reduction::source_sets)
      handle_races();
  } else {
    order_.add(at.event, at.accesses);
  }
}

void source_dpor::settled() {
  order_.settle();
  fresh_ = true;
}

void source_dpor::handle_races() {
  auto last = order_.size() - 1;
  for (auto earlier : order_.races()) {
    if (earlier < start_.prefix.size())
      continue;
    // What could have come before `earlier`, and then the last one.
    std::vector<std::size_t> reversed;
    for (auto i = earlier + 1; i < last; ++i)
      if (!order_.before(earlier, i))
        reversed.push_back(i);
    reversed.push_back(last);
    add_backtrack(earlier, reversed);
  }
}

void source_dpor::try_later(node& at, const channel_name& channel) {
  at.backtrack.push_back(channel);
  pending_ += asleep(at, channel) ? 0 : 1;
}

void source_dpor::add_backtrack(std::size_t place, const std::vector<std::size_t>& reversed) {
  auto& at = nodes_[place];
  for (std::size_t i = 0; i < reversed.size(); ++i) {
    auto initial =
        std::none_of(reversed.begin(), reversed.begin() + static_cast<std::ptrdiff_t>(i),
                     [&](std::size_t other) { return order_.before(other, reversed[i]); });
    if (initial && holds(at.backtrack, order_.at(reversed[i]).channel))
      return;
  }
  auto first = order_.at(reversed.front()).channel;
  if (holds(at.enabled, first)) {
    try_later(at, first);
    return;
  }
  // Cannot happen if every access is noted; if it does, everything is tried.
  for (const auto& channel : at.enabled)
    if (!holds(at.backtrack, channel))
      try_later(at, channel);
}

std::optional<std::size_t> source_dpor::first_choice() const {
  for (auto i = start_.prefix.size(); i < nodes_.size(); ++i) {
    auto awake = std::count_if(nodes_[i].enabled.begin(), nodes_[i].enabled.end(),
                               [&](const channel_name& c) { return !asleep(nodes_[i], c); });
    if (awake > 1)
      return i;
  }
  return std::nullopt;
}

} // namespace lapse::explore
