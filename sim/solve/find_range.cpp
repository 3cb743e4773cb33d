#include "sim/solve/find_range.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

namespace lapse::solve {

namespace {

constexpr int probes = 4;
/// Of a range neither end of which holds.
constexpr int probes_between = 8;
constexpr int rounds_max = 16;

class search {
public:
  search(std::int64_t low, std::int64_t high, wanted what,
         const std::function<bool(std::int64_t)>& holds)
    : low_(low), high_(high), what_(what), holds_(holds) {}

  range_search run() {
    ask(low_);
    ask(high_);
    if (!best())
      spread(low_, high_, probes_between);
    range_search result;
    result.settled = false;
    for (auto round = 0; round < rounds_max && best() && !result.settled; ++round) {
      result.holds = held_range{edge_down(*best()), edge_up(*best())};
      const auto& found = *result.holds;
      spread(found.first, found.last, probes);
      spread(low_, found.first, probes);
      spread(found.last, high_, probes);
      result.settled = confirms(found);
    }
    result.settled = result.settled || !result.holds;
    for (const auto& [value, holds] : known_)
      if (holds && result.holds && (value < result.holds->first || value > result.holds->last))
        result.also_holds.push_back(value);
    result.tried = known_.size();
    return result;
  }

private:
  bool ask(std::int64_t value) {
    const auto found = known_.find(value);
    return found != known_.end() ? found->second
                                 : known_.emplace(value, holds_(value)).first->second;
  }

  /// The wanted one of those that are known to hold.
  [[nodiscard]] std::optional<std::int64_t> best() const {
    const auto is_good = [](const auto& one) { return one.second; };
    if (what_ == wanted::smallest) {
      const auto found = std::find_if(known_.begin(), known_.end(), is_good);
      return found == known_.end() ? std::nullopt : std::optional{found->first};
    }
    const auto found = std::find_if(known_.rbegin(), known_.rend(), is_good);
    return found == known_.rend() ? std::nullopt : std::optional{found->first};
  }

  /// Tries up to `count` values between two that were tried, evenly apart.
  void spread(std::int64_t from, std::int64_t to, int count) {
    const auto width = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    const auto parts = static_cast<std::uint64_t>(count) + 1;
    for (std::uint64_t i = 1; i < parts; ++i) {
      // Without an overflow, for whole parts and what is left over.
      const auto step = width / parts * i + width % parts * i / parts;
      if (step > 0 && step < width)
        ask(static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + step));
    }
  }

  /// The first value of the range around `inside`.
  std::int64_t edge_down(std::int64_t inside) {
    auto at = known_.find(inside);
    while (at != known_.begin() && std::prev(at)->second)
      --at;
    return at == known_.begin() ? low_ : bisect(at->first, std::prev(at)->first);
  }

  std::int64_t edge_up(std::int64_t inside) {
    auto at = known_.find(inside);
    while (std::next(at) != known_.end() && std::next(at)->second)
      ++at;
    return std::next(at) == known_.end() ? high_ : bisect(at->first, std::next(at)->first);
  }

  /// The last value that holds on the way from `good` to `bad`.
  std::int64_t bisect(std::int64_t good, std::int64_t bad) {
    for (;;) {
      const auto middle = std::midpoint(good, bad);
      if (middle == good || middle == bad)
        return good;
      (ask(middle) ? good : bad) = middle;
    }
  }

  /// Whether nothing that is known speaks against the range.
  [[nodiscard]] bool confirms(const held_range& range) const {
    const auto end = known_.upper_bound(range.last);
    const auto in_range = std::all_of(known_.lower_bound(range.first), end,
                                      [](const auto& one) { return one.second; });
    const auto wanted_inside =
        what_ == wanted::largest ? *best() == range.last : *best() == range.first;
    return in_range && wanted_inside;
  }

  std::int64_t low_;
  std::int64_t high_;
  wanted what_;
  const std::function<bool(std::int64_t)>& holds_;
  std::map<std::int64_t, bool> known_;
};

} // namespace

range_search find_range(std::int64_t low, std::int64_t high, wanted what,
                        const std::function<bool(std::int64_t)>& holds) {
  return search{low, high, what, holds}.run();
}

} // namespace lapse::solve
