#include "sim/engine/network.hpp"

#include <algorithm>

namespace lapse {

void network::post(parcel p) {
  p.channel.posted = ++posted_;
  if (chooser_->fifo())
    queue_.push_back(std::move(p));
  else
    channels_[{p.channel.sender, p.channel.receiver}].push_back(std::move(p));
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
  if (channels_.empty())
    return std::nullopt;
  ready_.clear();
  for (auto& [key, channel] : channels_)
    ready_.push_back(channel.front().channel);
  std::sort(ready_.begin(), ready_.end(),
            [](const auto& a, const auto& b) { return a.posted < b.posted; });
  auto chosen = chooser_->choose(ready_);
  if (!chosen)
    return std::nullopt;
  log.record(now, ready_, *chosen);
  auto i = channels_.find({ready_[*chosen].sender, ready_[*chosen].receiver});
  auto result = std::move(i->second.front());
  i->second.pop_front();
  if (i->second.empty())
    channels_.erase(i);
  return result;
}

void network::clear() {
  queue_.clear();
  channels_.clear();
}

} // namespace lapse
