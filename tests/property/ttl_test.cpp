#include "actors/ttl/calculate.hpp"
#include "actors/ttl/duration.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <optional>

using namespace lapse;
using namespace lapse::ttl;
using namespace std::chrono_literals;

namespace {

// Durations of every size, dense where the interesting borders are; 0 is "not given".
duration some_duration() {
  auto seconds = *rc::gen::inRange<std::int64_t>(0, 40);
  auto rest = *rc::gen::element<std::int64_t>(0, 0, 1, 500'000'000, 999'999'999);
  auto scale = *rc::gen::element<std::int64_t>(0, 1, 1, 60, 3600);
  return duration{seconds * scale * 1'000'000'000 + (scale == 0 ? 0 : rest)};
}

ttl_inputs some_inputs() {
  ttl_inputs in;
  in.mount_default = some_duration();
  in.mount_max = some_duration();
  in.increment = some_duration();
  in.backend_ttl = some_duration();
  in.period = some_duration();
  in.backend_max = some_duration();
  in.explicit_max = some_duration();
  auto start = some_duration();
  auto passed = some_duration();
  in.now = start + passed;
  if (*rc::gen::arbitrary<bool>())
    in.start = start;
  return in;
}

duration effective_max(const ttl_inputs& in) {
  auto max = in.mount_max;
  for (auto d : {in.backend_max, in.explicit_max})
    if (d > 0s)
      max = std::min(max, d);
  return max;
}

} // namespace

TEST_CASE("no TTL exceeds the effective maximum, and every cut has a warning (R-231)") {
  CHECK(rc::check([] {
    auto in = some_inputs();
    auto result = calculate_ttl(in);
    if (result.error)
      return;
    RC_ASSERT(result.ttl <= effective_max(in));
    auto cut = result.bound == ttl_bound::mount_max || result.bound == ttl_bound::backend_max ||
               result.bound == ttl_bound::explicit_max;
    RC_ASSERT(result.warnings.empty() != cut);
  }));
}

TEST_CASE("no token outlives its explicit maximum, counted from its issue (R-231)") {
  CHECK(rc::check([] {
    auto in = some_inputs();
    in.explicit_max = 1s + some_duration();
    auto result = calculate_ttl(in);
    auto end = floor_second(in.start.value_or(in.now)) + in.explicit_max;
    if (!result.error)
      RC_ASSERT(floor_second(in.now) + result.ttl <= end);
  }));
}

TEST_CASE("a period without explicit maximum is granted at any age (R-231)") {
  CHECK(rc::check([] {
    auto in = some_inputs();
    in.period = 1s + some_duration();
    in.explicit_max = 0s;
    in.mount_max += 1s;
    auto result = calculate_ttl(in);
    RC_ASSERT(result.error == nullptr);
    RC_ASSERT(result.ttl == std::min(in.period, effective_max(in)));
  }));
}

TEST_CASE("a renewal refused once is refused for ever (R-231)") {
  CHECK(rc::check([] {
    auto in = some_inputs();
    in.start = in.start.value_or(0s);
    if (!calculate_ttl(in).error)
      return;
    in.now += some_duration();
    RC_ASSERT(calculate_ttl(in).error != nullptr);
  }));
}

TEST_CASE("every printed duration reads back to itself (R-1307, R-1710)") {
  CHECK(rc::check([](std::int64_t ns) {
    auto shift = *rc::gen::inRange(0, 63);
    duration d{ns >> shift};
    RC_ASSERT(parse_duration(format_duration(d)) == d);
  }));
}

TEST_CASE("reading a duration survives any text") {
  CHECK(rc::check([] {
    auto text = *rc::gen::container<std::string>(rc::gen::element(
        '0', '1', '9', '.', '-', '+', 'd', 'h', 'm', 's', 'u', '\xc2', '\xb5', ' '));
    const auto result = parse_duration(text);
    if (result)
      RC_ASSERT(parse_duration(format_duration(*result)) == *result);
    else
      RC_ASSERT(!result.error().empty());
  }));
}
