#pragma once

#include "actors/protocol/time.hpp"
#include "actors/runtime/registry.hpp"

#include <cstdint>
#include <vector>

namespace lapse {

/// Pending timers: an indexed binary heap ordered by (deadline, sequence number), so that equal
/// deadlines come in the order they were armed. Arming, cancelling and firing are O(log n).
class timer_heap {
public:
  struct timer {
    instant at{0};
    std::uint64_t sequence = 0;
    slot_ref whom;
    std::uint64_t tag = 0;
    std::uint32_t cell = 0;
  };

  /// Names the timer until it fires or is cancelled; never 0.
  [[nodiscard]] std::uint64_t arm(instant at, slot_ref whom, std::uint64_t tag);

  /// Does nothing if the timer has fired or was cancelled.
  void cancel(std::uint64_t id);

  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  [[nodiscard]] const timer& top() const noexcept { return heap_.front(); }
  timer pop();

private:
  // A cell says where in the heap its timer stands; the generation outlives the timer.
  struct cell {
    std::uint32_t place = 0;
    std::uint32_t generation = 1;
  };

  [[nodiscard]] static bool before(const timer& a, const timer& b) noexcept {
    return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
  }
  void put(std::size_t place, const timer& t) noexcept {
    heap_[place] = t;
    cells_[t.cell].place = static_cast<std::uint32_t>(place);
  }
  void rise(std::size_t place, timer t) noexcept;
  void sink(std::size_t place, timer t) noexcept;
  void remove(std::size_t place);

  std::vector<timer> heap_;
  std::vector<cell> cells_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

} // namespace lapse
