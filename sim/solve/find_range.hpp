#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace lapse::solve {

/// Which value that holds is looked for where not all of them are on one side.
enum class wanted : std::uint8_t { largest, smallest };

/// Values between which something holds, both included.
struct held_range {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

struct range_search {
  /// The range that the wanted value lies in; none: no value tried holds.
  std::optional<held_range> holds;
  /// Values outside of the range that hold as well, in order: what holds has gaps.
  std::vector<std::int64_t> also_holds;
  /// False: each look found a new gap, until the search was given up.
  bool settled = true;
  /// How many values were tried.
  std::size_t tried = 0;
};

/// Finds the range of `low..high` in which `holds` is true, with the largest value that holds (or
/// the smallest) in it, by bisection: exact if what holds is one range that reaches to one end.
/// Then it tries four more values on each side of a boundary, and goes on from whatever
/// contradicts. If neither end holds, eight values between them are tried first. No value is tried
/// twice.
[[nodiscard]] range_search find_range(std::int64_t low, std::int64_t high, wanted what,
                                      const std::function<bool(std::int64_t)>& holds);

} // namespace lapse::solve
