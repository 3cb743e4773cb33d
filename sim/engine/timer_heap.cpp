#include "sim/engine/timer_heap.hpp"

#include <algorithm>

namespace lapse::engine {

std::uint64_t timer_heap::arm(instant at, runtime::slot_ref whom, std::uint64_t tag) {
  std::uint32_t cell;
  if (free_.empty()) {
    cell = static_cast<std::uint32_t>(generations_.size());
    generations_.push_back(1);
  } else {
    cell = free_.back();
    free_.pop_back();
  }
  if (heap_.size() == heap_.capacity()) // half as much again: twice would leave more unused
    heap_.reserve(64 + heap_.size() + heap_.size() / 2);
  heap_.push_back({at, ++sequence_, whom, tag, cell, generations_[cell]});
  std::push_heap(heap_.begin(), heap_.end(), after);
  return std::uint64_t{generations_[cell]} << 32 | cell;
}

void timer_heap::release(std::uint32_t cell) {
  ++generations_[cell];
  free_.push_back(cell);
}

void timer_heap::cancel(std::uint64_t id) {
  auto cell = static_cast<std::uint32_t>(id);
  if (id == 0 || cell >= generations_.size() || generations_[cell] != id >> 32)
    return;
  release(cell);
  ++cancelled_;
  if (cancelled_ > 64 && cancelled_ > heap_.size() / 2)
    compact();
}

void timer_heap::compact() {
  heap_.erase(
      std::remove_if(heap_.begin(), heap_.end(), [this](const timer& t) { return !live(t); }),
      heap_.end());
  std::make_heap(heap_.begin(), heap_.end(), after);
  cancelled_ = 0;
}

void timer_heap::drop_cancelled_top() {
  while (!live(heap_.front())) {
    std::pop_heap(heap_.begin(), heap_.end(), after);
    heap_.pop_back();
    --cancelled_;
  }
}

const timer_heap::timer& timer_heap::top() {
  drop_cancelled_top();
  return heap_.front();
}

timer_heap::timer timer_heap::pop() {
  drop_cancelled_top();
  std::pop_heap(heap_.begin(), heap_.end(), after);
  auto result = heap_.back();
  heap_.pop_back();
  release(result.cell);
  return result;
}

} // namespace lapse::engine
