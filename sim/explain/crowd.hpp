#pragma once

#include "actors/protocol/time.hpp"

#include <cstdint>
#include <map>

namespace lapse::explain {

/// How many live at an instant.
struct crowd {
  instant at{0};
  std::int64_t living = 0;
};

/// The earliest instant at which the most live.
/// @param change by how many they become more or fewer at an instant
[[nodiscard]] inline crowd busiest(const std::map<instant, std::int64_t>& change) {
  crowd result;
  std::int64_t living = 0;
  for (const auto& [at, by] : change)
    if ((living += by) > result.living)
      result = {at, living};
  return result;
}

} // namespace lapse::explain
