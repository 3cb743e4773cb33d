#include "sim/plan/range_draw.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include <limits>

namespace lapse::plan {

namespace {

/// A sub-stream as Boost.Random takes it; its distributions give the same numbers everywhere.
class sub_stream {
public:
  using result_type = std::uint64_t;
  explicit sub_stream(std::uint64_t name) noexcept : name_(name) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() noexcept { return derive(name_, ++drawn_); }

private:
  std::uint64_t name_;
  std::uint64_t drawn_ = 0;
};

/// Keeps the draws of ranges apart from other uses of the same seed.
constexpr std::uint64_t stream_of_ranges = 0x72616e676573ULL;

} // namespace

std::int64_t range_draw::draw(std::int64_t low, std::int64_t high, int place,
                              const std::vector<std::int64_t>& rounds) const {
  if (!seed_ || high <= low)
    return low;
  auto name = derive(derive(*seed_, stream_of_ranges), static_cast<std::uint64_t>(place));
  for (auto round : rounds)
    name = derive(name, static_cast<std::uint64_t>(round));
  sub_stream numbers{name};
  return boost::random::uniform_int_distribution<std::int64_t>{low, high}(numbers);
}

std::optional<std::int64_t> range_draw::chosen(int place) const {
  const auto index = static_cast<std::size_t>(place);
  return index < chosen_.size() ? std::optional{chosen_[index]} : std::nullopt;
}

duration range_draw::pick(const ranged<duration>& range,
                          const std::vector<std::int64_t>& rounds) const {
  if (range.fixed())
    return range.low;
  if (auto value = chosen(range.draw))
    return duration{*value};
  if (!seed_)
    return range.low;
  constexpr std::int64_t second = 1'000'000'000;
  auto low = range.low.count();
  auto high = range.high.count();
  if (low % second == 0 && high % second == 0)
    return duration{draw(low / second, high / second, range.draw, rounds) * second};
  return duration{draw(low, high, range.draw, rounds)};
}

std::int64_t range_draw::pick(const ranged<std::int64_t>& range,
                              const std::vector<std::int64_t>& rounds) const {
  if (range.fixed())
    return range.low;
  if (auto value = chosen(range.draw))
    return *value;
  return draw(range.low, range.high, range.draw, rounds);
}

} // namespace lapse::plan
