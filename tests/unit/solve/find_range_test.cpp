#include "sim/solve/find_range.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <limits>
#include <map>

using lapse::solve::find_range;
using lapse::solve::range_search;
using lapse::solve::wanted;

namespace {

using number = std::int64_t;

struct counted_search {
  range_search found;
  std::map<number, int> asked;
};

counted_search search(number low, number high, wanted what, std::function<bool(number)> holds) {
  counted_search result;
  result.found = find_range(low, high, what, [&](number value) {
    ++result.asked[value];
    return holds(value);
  });
  return result;
}

} // namespace

TEST_CASE("a boundary is found exactly, and no value is tried twice") {
  CHECK(rc::check("bisection finds what a sweep finds", [] {
    const auto low = *rc::gen::inRange<number>(-50, 50);
    const auto high = low + *rc::gen::inRange<number>(0, 200);
    // Of whole ranges that reach to one end, both ends, or none of them (all fail).
    const auto edge = *rc::gen::inRange<number>(low - 1, high + 2);
    const auto upwards = *rc::gen::arbitrary<bool>();
    const auto holds = [&](number v) { return upwards ? v >= edge : v <= edge; };
    const auto want = *rc::gen::element(wanted::largest, wanted::smallest);
    const auto seen = search(low, high, want, holds);
    std::optional<number> first;
    std::optional<number> last;
    for (auto v = low; v <= high; ++v)
      if (holds(v)) {
        first = first.value_or(v);
        last = v;
      }
    RC_ASSERT(seen.found.holds.has_value() == first.has_value());
    if (first) {
      RC_ASSERT(seen.found.holds->first == *first);
      RC_ASSERT(seen.found.holds->last == *last);
    }
    RC_ASSERT(seen.found.also_holds.empty());
    RC_ASSERT(seen.found.settled);
    RC_ASSERT(seen.found.tried == seen.asked.size());
    for (const auto& [value, times] : seen.asked) {
      RC_ASSERT(value >= low && value <= high);
      RC_ASSERT(times == 1);
    }
  }));
}

TEST_CASE("what is found is a boundary even where the answer is not monotone") {
  CHECK(rc::check("the ends hold and what is next to them fails", [] {
    const auto flags = *rc::gen::container<std::vector<bool>>(60, rc::gen::arbitrary<bool>());
    const auto want = *rc::gen::element(wanted::largest, wanted::smallest);
    const auto holds = [&](number v) {
      RC_ASSERT(v >= 0);
      RC_ASSERT(v < 60);
      return static_cast<bool>(flags[static_cast<std::size_t>(v)]);
    };
    const auto seen = search(0, 59, want, holds);
    if (!seen.found.holds) {
      for (const auto& [value, times] : seen.asked)
        RC_ASSERT(!holds(value));
      return;
    }
    const auto [first, last] = *seen.found.holds;
    RC_ASSERT(holds(first) && holds(last));
    RC_ASSERT((first == 0 || !holds(first - 1)));
    RC_ASSERT((last == 59 || !holds(last + 1)));
    if (!seen.found.settled)
      return;
    for (const auto& [value, times] : seen.asked) {
      if (holds(value) && want == wanted::largest)
        RC_ASSERT(value <= last);
      if (holds(value) && want == wanted::smallest)
        RC_ASSERT(value >= first);
      if (!holds(value))
        RC_ASSERT(value < first || value > last);
    }
  }));
}

TEST_CASE("four more values on each side of a boundary are tried") {
  const auto seen = search(0, 1000, wanted::largest, [](number v) { return v <= 500; });
  const auto inside = std::distance(seen.asked.begin(), seen.asked.upper_bound(500));
  for (const number probe : {100, 200, 300, 400, 600, 700, 800, 900})
    CHECK(seen.asked.count(probe) == 1);
  CHECK(inside >= 6);
}

TEST_CASE("a value that holds beyond the boundary moves the search on") {
  const auto holds = [](number v) { return v <= 100 || (v >= 630 && v <= 660); };
  const auto largest = search(0, 1000, wanted::largest, holds);
  REQUIRE(largest.found.holds);
  CHECK(largest.found.holds->first == 630);
  CHECK(largest.found.holds->last == 660);
  CHECK_FALSE(largest.found.also_holds.empty());
  CHECK(largest.found.also_holds.front() == 0);
  const auto smallest = search(0, 1000, wanted::smallest, holds);
  CHECK(smallest.found.holds->first == 0);
  CHECK(smallest.found.holds->last == 100);
}

TEST_CASE("a range in the middle is found by eight values between the ends") {
  const auto seen = search(0, 900, wanted::largest, [](number v) { return v >= 380 && v <= 450; });
  REQUIRE(seen.found.holds);
  CHECK(seen.found.holds->first == 380);
  CHECK(seen.found.holds->last == 450);
  const auto none = search(0, 900, wanted::largest, [](number) { return false; });
  CHECK_FALSE(none.found.holds);
  CHECK(none.found.tried == 10);
}

TEST_CASE("the whole range of numbers does not overflow") {
  constexpr auto low = std::numeric_limits<number>::min();
  constexpr auto high = std::numeric_limits<number>::max();
  const auto seen = search(low, high, wanted::largest, [](number v) { return v < 12345; });
  REQUIRE(seen.found.holds);
  CHECK(seen.found.holds->first == low);
  CHECK(seen.found.holds->last == 12344);
}
