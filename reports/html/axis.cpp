#include "reports/html/axis.hpp"

#include "actors/ttl/duration.hpp"

#include <algorithm>

namespace lapse::html {

namespace {

using namespace std::chrono_literals;

constexpr duration day = 24h;
constexpr duration year = 365 * day;
constexpr std::int64_t ticks_max = 9;

/// Steps of an axis from a second on. Below, and from years on, it is 1, 2, 5, 10, ….
constexpr duration steps[] = {
    1s, 2s, 5s, 10s, 15s, 30s, 1min,    2min,    5min,     10min,    15min,    30min,
    1h, 2h, 3h, 6h,  12h, day, 2 * day, 5 * day, 10 * day, 20 * day, 50 * day, 100 * day};

duration step_for(instant end) {
  auto fits = [&](duration step) { return end / step < ticks_max; };
  if (!fits(1ms * 500)) {
    for (auto step : steps)
      if (fits(step))
        return step;
    auto years = static_cast<std::uint64_t>(end / year);
    return static_cast<std::int64_t>(round_step(years, ticks_max - 1)) * year;
  }
  return duration{static_cast<std::int64_t>(
      round_step(static_cast<std::uint64_t>(end.count()), ticks_max - 1))};
}

} // namespace

std::uint64_t round_step(std::uint64_t top, std::uint64_t parts) noexcept {
  std::uint64_t unit = 1;
  for (;;) {
    for (std::uint64_t factor : {1, 2, 5})
      if (top / (unit * factor) <= parts)
        return unit * factor;
    unit *= 10;
  }
}

std::string percent_text(std::int64_t thousandths) {
  auto text = std::to_string(thousandths / 1000);
  if (auto part = thousandths % 1000; part != 0) {
    auto digits = std::to_string(1000 + part).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += '.' + digits;
  }
  return text + '%';
}

time_axis::time_axis(instant end) : end_(end <= instant::zero() ? instant{1s} : end) {
  // nop
}

std::int64_t time_axis::position(instant at) const noexcept {
  auto t = std::clamp(at, instant::zero(), end_).count();
  auto whole = end_.count();
  // A product of both must fit 63 bits; where it would not, the quotient is exact enough.
  constexpr auto product_safe = never.count() / width;
  if (whole <= product_safe)
    return t * width / whole;
  return std::min(t / (whole / width), width);
}

std::string time_axis::percent(instant at) const { return percent_text(position(at)); }

std::vector<axis_tick> time_axis::ticks() const {
  std::vector<axis_tick> result;
  auto step = step_for(end_);
  for (instant at{0}; at <= end_; at = later(at, step)) {
    result.push_back({at, ttl::readable_duration(at)});
    if (at > never - step)
      break;
  }
  return result;
}

} // namespace lapse::html
