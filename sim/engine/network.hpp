#pragma once

#include "actors/runtime/world_actor.hpp"
#include "sim/engine/decision_log.hpp"
#include "sim/engine/strategy.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace lapse::engine {

/// All messages in flight: one channel per (sender, receiver), order kept within each, and a
/// strategy that chooses between channels. With FIFO one queue serves all channels.
class network {
public:
  struct parcel {
    caf::mailbox_element_ptr what;
    runtime::world_actor* receiver = nullptr;
    ready_channel channel;
  };

  /// A strategy chooses among the channels of this many oldest messages, so that a choice between
  /// a hundred thousand equal deadlines does not cost a hundred thousand steps.
  static constexpr std::size_t window_max = 256;

  /// @param chooser not owned.
  explicit network(strategy& chooser) : chooser_(&chooser) {}

  /// From now on `chooser` chooses. Nothing may be in flight.
  void follow(strategy& chooser) noexcept { chooser_ = &chooser; }

  void post(parcel p);

  /// The next parcel to deliver; none if there is none or the strategy stops.
  [[nodiscard]] std::optional<parcel> next(instant now, decision_log& log);

  /// How many parcels have been posted so far: the number of the newest.
  [[nodiscard]] std::uint64_t posted() const noexcept { return posted_; }
  [[nodiscard]] bool fifo() const noexcept { return chooser_->fifo(); }
  [[nodiscard]] strategy& chooser() const noexcept { return *chooser_; }

  /// At some time more messages were in flight than the strategy was shown.
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

  [[nodiscard]] bool empty() const noexcept { return queue_.empty() && window_.empty(); }

  /// Drops everything in flight: teardown.
  void clear();

private:
  struct entry {
    parcel what;
    /// The oldest of its channel.
    bool head = false;
  };

  void show(parcel p);
  [[nodiscard]] parcel take(std::size_t place);

  strategy* chooser_;
  std::uint64_t posted_ = 0;
  bool overflowed_ = false;
  /// In order of posting; with a strategy other than FIFO, what does not fit into the window.
  std::deque<parcel> queue_;
  std::vector<entry> window_;
  std::vector<ready_channel> ready_;
  std::vector<std::size_t> places_;
};

} // namespace lapse::engine
