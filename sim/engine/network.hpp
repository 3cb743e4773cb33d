#pragma once

#include "actors/runtime/world_actor.hpp"
#include "sim/engine/decision_log.hpp"
#include "sim/engine/strategy.hpp"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace lapse {

/// All messages in flight: one channel per (sender, receiver), order kept within each, and a
/// strategy that chooses between channels. With FIFO one queue does for all channels.
class network {
public:
  struct parcel {
    caf::mailbox_element_ptr what;
    world_actor* receiver = nullptr;
    ready_channel channel;
  };

  /// @param chooser not owned.
  explicit network(strategy& chooser) : chooser_(&chooser) {}

  void post(parcel p);

  /// The next parcel to deliver, none when there is none or the strategy stops.
  [[nodiscard]] std::optional<parcel> next(instant now, decision_log& log);

  /// How many parcels have been posted so far: the number of the newest.
  [[nodiscard]] std::uint64_t posted() const noexcept { return posted_; }
  [[nodiscard]] bool fifo() const noexcept { return chooser_->fifo(); }

  [[nodiscard]] bool empty() const noexcept { return queue_.empty() && channels_.empty(); }

  /// Drops everything in flight: teardown.
  void clear();

private:
  using key = std::pair<std::uint64_t, std::uint64_t>;

  strategy* chooser_;
  std::uint64_t posted_ = 0;
  std::deque<parcel> queue_;
  std::map<key, std::deque<parcel>> channels_;
  std::vector<ready_channel> ready_;
};

} // namespace lapse
