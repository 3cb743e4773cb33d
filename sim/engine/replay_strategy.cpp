#include "sim/engine/replay_strategy.hpp"

#include <algorithm>

namespace lapse::engine {

namespace {

/// How far a lenient replay looks ahead for a delivery that is possible.
constexpr std::size_t look_ahead = 256;

std::optional<std::size_t> place_of(const decision& wanted, std::span<const ready_channel> ready) {
  auto found = std::find_if(ready.begin(), ready.end(), [&](const ready_channel& c) {
    return c.sender == wanted.sender && c.receiver == wanted.receiver && c.kind == wanted.kind;
  });
  if (found == ready.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - ready.begin());
}

} // namespace

std::optional<std::size_t> replay_strategy::choose(std::span<const ready_channel> ready) {
  if (ready.size() < 2)
    return 0;
  while (next_ < decisions_.size() && taken_[next_])
    ++next_;
  auto last = std::min(decisions_.size(), next_ + look_ahead);
  for (auto i = next_; i < last; ++i) {
    if (taken_[i])
      continue;
    if (auto place = place_of(decisions_[i], ready)) {
      taken_[i] = true;
      return place;
    }
  }
  return 0;
}

} // namespace lapse::engine
