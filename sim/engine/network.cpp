#include "sim/engine/network.hpp"

#include <algorithm>

namespace lapse::engine {

namespace {

bool same_channel(const ready_channel& a, const ready_channel& b) noexcept {
  return a.receiver == b.receiver && a.sender == b.sender;
}

} // namespace

void network::post(parcel p) {
  p.channel.posted = ++posted_;
  if (chooser_->fifo())
    queue_.push_back(std::move(p));
  else if (window_.size() < window_max && queue_.empty())
    show(std::move(p));
  else {
    overflowed_ = true;
    queue_.push_back(std::move(p));
  }
}

void network::show(parcel p) {
  auto same = [&](const entry& e) { return same_channel(e.what.channel, p.channel); };
  bool head = std::none_of(window_.begin(), window_.end(), same);
  window_.push_back({std::move(p), head});
}

network::parcel network::take(std::size_t place) {
  auto result = std::move(window_[place].what);
  window_.erase(window_.begin() + static_cast<std::ptrdiff_t>(place));
  auto same = [&](const entry& e) { return same_channel(e.what.channel, result.channel); };
  auto heir =
      std::find_if(window_.begin() + static_cast<std::ptrdiff_t>(place), window_.end(), same);
  if (heir != window_.end())
    heir->head = true;
  if (!queue_.empty()) {
    show(std::move(queue_.front()));
    queue_.pop_front();
  }
  return result;
}

std::optional<network::parcel> network::next(instant now, decision_log& log) {
  if (chooser_->fifo()) {
    if (queue_.empty())
      return std::nullopt;
    auto result = std::move(queue_.front());
    queue_.pop_front();
    log.record(now, result.channel);
    return result;
  }
  if (window_.empty())
    return std::nullopt;
  ready_.clear();
  places_.clear();
  for (std::size_t i = 0; i < window_.size(); ++i) {
    if (!window_[i].head)
      continue;
    ready_.push_back(window_[i].what.channel);
    places_.push_back(i);
  }
  auto chosen = chooser_->choose(ready_);
  if (!chosen)
    return std::nullopt;
  log.record(now, ready_, *chosen);
  return take(places_[*chosen]);
}

void network::clear() {
  queue_.clear();
  window_.clear();
}

} // namespace lapse::engine
