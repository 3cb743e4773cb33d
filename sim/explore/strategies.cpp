#include "sim/explore/strategies.hpp"

#include "actors/protocol/ids.hpp"

#include <algorithm>

namespace lapse::explore {

namespace {

/// A small stream of numbers of its own.
class draws {
public:
  explicit draws(std::uint64_t seed) noexcept : state_(mix(seed)) {}

  std::uint64_t next() noexcept { return mix(state_ += 0x9e3779b97f4a7c15ULL); }

  /// From 0 to `below` - 1. The bias of the remainder is under one in 2^40 for what is drawn here.
  std::uint64_t below(std::uint64_t below) noexcept { return next() % below; }

private:
  std::uint64_t state_;
};

std::uint64_t channel_number(const engine::ready_channel& c) noexcept {
  return derive(c.sender, c.receiver);
}

/// Some points among the first `choices`, in order.
std::vector<std::uint64_t> points(draws& numbers, std::uint64_t count, std::uint64_t choices) {
  std::vector<std::uint64_t> result;
  for (std::uint64_t i = 0; i < count; ++i)
    result.push_back(numbers.below(std::max<std::uint64_t>(choices, 1)));
  std::sort(result.begin(), result.end());
  return result;
}

/// The place with the highest rank, the first of equal ones.
template <class Rank>
std::size_t highest(std::span<const engine::ready_channel> ready, Rank rank_of) {
  std::size_t best = 0;
  auto top = rank_of(ready[0]);
  for (std::size_t i = 1; i < ready.size(); ++i)
    if (auto other = rank_of(ready[i]); top < other) {
      best = i;
      top = other;
    }
  return best;
}

class random_walk final : public engine::strategy {
public:
  explicit random_walk(std::uint64_t seed) : numbers_(seed) {}

  std::optional<std::size_t> choose(std::span<const engine::ready_channel> ready) override {
    return ready.size() == 1 ? 0 : numbers_.below(ready.size());
  }

private:
  draws numbers_;
};

/// The ready channel with the highest priority goes first. Priorities are random, by channel; at
/// each change point the channel that would go next falls below all others.
class priority_change final : public engine::strategy {
public:
  priority_change(std::uint64_t seed, std::uint64_t choices)
    : numbers_(seed), seed_(numbers_.next()) {
    auto changes = 1 + numbers_.below(3);
    changes_ = points(numbers_, changes, choices);
  }

  std::optional<std::size_t> choose(std::span<const engine::ready_channel> ready) override {
    if (ready.size() == 1)
      return 0;
    auto rank = [this](const engine::ready_channel& c) { return rank_of(c); };
    auto best = highest(ready, rank);
    while (next_ < changes_.size() && changes_[next_] <= made_) {
      lowered_.push_back(channel_number(ready[best]));
      ++next_;
      best = highest(ready, rank);
    }
    ++made_;
    return best;
  }

private:
  struct rank {
    bool high = true;
    std::uint64_t value = 0;
    friend auto operator<=>(const rank&, const rank&) = default;
  };

  [[nodiscard]] rank rank_of(const engine::ready_channel& c) const {
    auto number = channel_number(c);
    auto low = std::find(lowered_.rbegin(), lowered_.rend(), number);
    if (low != lowered_.rend())
      return {false, static_cast<std::uint64_t>(low - lowered_.rbegin())};
    return {true, derive(seed_, number)};
  }

  draws numbers_;
  std::uint64_t seed_;
  std::vector<std::uint64_t> changes_;
  std::size_t next_ = 0;
  std::uint64_t made_ = 0;
  /// The last is the lowest.
  std::vector<std::uint64_t> lowered_;
};

/// Every message has a random priority; when one is delivered, those that wait at the same
/// receiver, which raced with it, draw again.
class partial_order_sampling final : public engine::strategy {
public:
  explicit partial_order_sampling(std::uint64_t seed) : seed_(mix(seed)) {}

  std::optional<std::size_t> choose(std::span<const engine::ready_channel> ready) override {
    if (ready.size() == 1)
      return 0;
    auto best = highest(ready, [this](const engine::ready_channel& c) { return priority_of(c); });
    raced(ready[best].receiver);
    return best;
  }

private:
  [[nodiscard]] std::uint64_t priority_of(const engine::ready_channel& c) const {
    const auto place = place_of(c.receiver);
    return derive(derive(seed_, c.posted), place == flat_index::none ? 0 : rows_[place].round);
  }

  void raced(std::uint64_t receiver) {
    auto place = place_of(receiver);
    if (place == flat_index::none) {
      place = static_cast<std::uint32_t>(rows_.size());
      places_.insert(receiver, place);
      rows_.push_back({receiver, 0});
    }
    ++rows_[place].round;
  }

  [[nodiscard]] std::uint32_t place_of(std::uint64_t receiver) const {
    return places_.find(receiver, [&](std::uint32_t at) { return rows_[at].receiver == receiver; });
  }

  struct row {
    std::uint64_t receiver = 0;
    std::uint64_t round = 0;
  };

  std::uint64_t seed_;
  std::vector<row> rows_;
  flat_index places_;
};

/// The oldest message goes first, but at each delay point it is held back until nothing else is
/// ready.
class delay_bounded final : public engine::strategy {
public:
  delay_bounded(std::uint64_t seed, std::uint64_t choices) : numbers_(seed) {
    auto delays = 1 + numbers_.below(3);
    delays_ = points(numbers_, delays, choices);
  }

  std::optional<std::size_t> choose(std::span<const engine::ready_channel> ready) override {
    if (ready.size() == 1)
      return 0;
    auto next = oldest(ready);
    while (next_ < delays_.size() && delays_[next_] <= made_) {
      held_.push_back(ready[next].posted);
      ++next_;
      next = oldest(ready);
    }
    ++made_;
    return next;
  }

private:
  [[nodiscard]] std::size_t oldest(std::span<const engine::ready_channel> ready) const {
    for (std::size_t i = 0; i < ready.size(); ++i)
      if (std::find(held_.begin(), held_.end(), ready[i].posted) == held_.end())
        return i;
    return 0;
  }

  draws numbers_;
  std::vector<std::uint64_t> delays_;
  std::size_t next_ = 0;
  std::uint64_t made_ = 0;
  std::vector<std::uint64_t> held_;
};

} // namespace

std::string_view to_string(sampling kind) noexcept {
  switch (kind) {
    case sampling::random:
      return "random";
    case sampling::pct:
      return "pct";
    case sampling::pos:
      return "pos";
    case sampling::delay:
      return "delay";
  }
  return "random";
}

std::unique_ptr<engine::strategy> make_strategy(sampling kind, std::uint64_t seed,
                                                std::uint64_t choices) {
  switch (kind) {
    case sampling::random:
      break;
    case sampling::pct:
      return std::make_unique<priority_change>(seed, choices);
    case sampling::pos:
      return std::make_unique<partial_order_sampling>(seed);
    case sampling::delay:
      return std::make_unique<delay_bounded>(seed, choices);
  }
  return std::make_unique<random_walk>(seed);
}

std::optional<std::size_t> history_watch::choose(std::span<const engine::ready_channel> ready) {
  auto chosen = chooser_.choose(ready);
  if (!chosen)
    return chosen;
  const auto& c = ready[*chosen];
  auto place =
      places_.find(c.receiver, [&](std::uint32_t at) { return rows_[at].receiver == c.receiver; });
  if (place == flat_index::none) {
    place = static_cast<std::uint32_t>(rows_.size());
    places_.insert(c.receiver, place);
    rows_.push_back({c.receiver, 0});
  }
  auto& hash = rows_[place].hash;
  hash = mix(hash ^ mix(c.sender) ^ (std::uint64_t(c.kind) << 56));
  return chosen;
}

std::uint64_t history_watch::history() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& r : rows_)
    sum += derive(r.receiver, r.hash);
  return sum;
}

} // namespace lapse::explore
