#include "sim/engine/timer_heap.hpp"

namespace lapse {

std::uint64_t timer_heap::arm(instant at, slot_ref whom, std::uint64_t tag) {
  std::uint32_t index;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(cells_.size());
    cells_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  timer t{at, ++sequence_, whom, tag, index};
  heap_.push_back(t);
  rise(heap_.size() - 1, t);
  return std::uint64_t{cells_[index].generation} << 32 | index;
}

void timer_heap::cancel(std::uint64_t id) {
  auto index = static_cast<std::uint32_t>(id);
  if (id == 0 || index >= cells_.size() || cells_[index].generation != id >> 32)
    return;
  remove(cells_[index].place);
}

timer_heap::timer timer_heap::pop() {
  auto result = heap_.front();
  remove(0);
  return result;
}

void timer_heap::remove(std::size_t place) {
  auto& gone = cells_[heap_[place].cell];
  ++gone.generation;
  free_.push_back(heap_[place].cell);
  auto last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size())
    return;
  if (place > 0 && before(last, heap_[(place - 1) / 2]))
    rise(place, last);
  else
    sink(place, last);
}

void timer_heap::rise(std::size_t place, timer t) noexcept {
  while (place > 0) {
    auto parent = (place - 1) / 2;
    if (!before(t, heap_[parent]))
      break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, t);
}

void timer_heap::sink(std::size_t place, timer t) noexcept {
  for (;;) {
    auto child = place * 2 + 1;
    if (child >= heap_.size())
      break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child]))
      ++child;
    if (!before(heap_[child], t))
      break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, t);
}

} // namespace lapse
