#pragma once

#include "actors/protocol/time.hpp"
#include "actors/runtime/registry.hpp"

#include <cstdint>
#include <vector>

namespace lapse::engine {

/// Pending timers: a binary heap ordered by (deadline, sequence number), so that equal deadlines
/// come in the order they were armed. Cancelling only marks a timer; marked ones are dropped when
/// they come to the top, and all at once when they are more than half, so that a token renewed a
/// million times takes one place, not a million.
class timer_heap {
public:
  struct timer {
    instant at{0};
    std::uint64_t sequence = 0;
    runtime::slot_ref whom;
    std::uint64_t tag = 0;
    std::uint32_t cell = 0;
    std::uint32_t generation = 0;
  };

  /// Names the timer until it fires or is cancelled; never 0.
  [[nodiscard]] std::uint64_t arm(instant at, runtime::slot_ref whom, std::uint64_t tag);

  /// Does nothing if the timer has fired or was cancelled.
  void cancel(std::uint64_t id);

  [[nodiscard]] bool empty() const noexcept { return heap_.size() == cancelled_; }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size() - cancelled_; }
  /// The next timer to fire; there must be one.
  [[nodiscard]] const timer& top();
  timer pop();

private:
  [[nodiscard]] static bool after(const timer& a, const timer& b) noexcept {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  }
  [[nodiscard]] bool live(const timer& t) const noexcept {
    return generations_[t.cell] == t.generation;
  }
  void release(std::uint32_t cell);
  void drop_cancelled_top();
  void compact();

  std::vector<timer> heap_;
  /// By cell: the generation of the timer that holds it now.
  std::vector<std::uint32_t> generations_;
  std::vector<std::uint32_t> free_;
  std::size_t cancelled_ = 0;
  std::uint64_t sequence_ = 0;
};

} // namespace lapse::engine
