#include "sim/engine/timer_heap.hpp"

#include "tests/support/catch.hpp"

#include <map>

using namespace lapse;
using namespace lapse::engine;
using namespace std::chrono_literals;

TEST_CASE("timers come out in order of their deadlines, equal ones in the order they were armed") {
  timer_heap heap;
  (void)heap.arm(3s, {}, 30);
  (void)heap.arm(1s, {}, 10);
  (void)heap.arm(2s, {}, 20);
  (void)heap.arm(1s, {}, 11);
  std::vector<std::uint64_t> tags;
  while (!heap.empty())
    tags.push_back(heap.pop().tag);
  CHECK(tags == std::vector<std::uint64_t>{10, 11, 20, 30});
}

TEST_CASE("a cancelled timer never fires, and cancelling it twice or late harms no other") {
  timer_heap heap;
  auto first = heap.arm(1s, {}, 1);
  auto second = heap.arm(2s, {}, 2);
  heap.cancel(first);
  heap.cancel(first);
  // The place of the cancelled timer is used again: its old name must not reach the new one.
  auto third = heap.arm(3s, {}, 3);
  heap.cancel(first);
  CHECK(heap.size() == 2);
  CHECK(heap.pop().tag == 2);
  heap.cancel(second);
  CHECK(heap.pop().tag == 3);
  heap.cancel(third);
  heap.cancel(0);
  CHECK(heap.empty());
}

TEST_CASE("a heap of many timers agrees with a sorted map through arming, cancelling and firing") {
  timer_heap heap;
  std::map<std::pair<instant, std::uint64_t>, std::uint64_t> model;
  std::map<std::uint64_t, std::pair<instant, std::uint64_t>> names;
  std::uint64_t drawn = 1;
  std::uint64_t sequence = 0;
  for (int step = 0; step < 20000; ++step) {
    drawn = mix(drawn);
    auto action = drawn % 8;
    if (action < 4 || model.empty()) {
      instant at{static_cast<std::int64_t>((drawn >> 8) % 500)};
      auto id = heap.arm(at, {}, ++sequence);
      model[{at, sequence}] = id;
      names[id] = {at, sequence};
    } else if (action < 6) {
      auto victim = std::next(names.begin(), static_cast<long>((drawn >> 8) % names.size()));
      heap.cancel(victim->first);
      model.erase(victim->second);
      names.erase(victim);
    } else {
      auto t = heap.pop();
      auto expected = model.begin();
      REQUIRE(t.at == expected->first.first);
      REQUIRE(t.tag == expected->first.second);
      names.erase(expected->second);
      model.erase(expected);
    }
    REQUIRE(heap.size() == model.size());
  }
}
