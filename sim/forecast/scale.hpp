#pragma once

#include "sim/plan/plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lapse::forecast {

/// A plan whose families are no larger than `most`, and how many clients each of its clients stands
/// for.
struct scaled_plan {
  plan::plan what;
  /// In millionths, by family.
  std::vector<std::int64_t> weights;
  /// The families that were made smaller: "`web`: 1,000 of 5,000".
  std::vector<std::string> smaller;
};

/// The plan as forecasts run it: without properties, rules and recorded decisions.
[[nodiscard]] plan::plan bare(const plan::plan& what);

[[nodiscard]] scaled_plan scaled(plan::plan what, std::uint32_t most);

} // namespace lapse::forecast
