#pragma once

#include "reports/chronicle/chronicle.hpp"

#include <vector>

namespace lapse {

/// The end of one token or lease.
struct death {
  const life_record* life = nullptr; ///< in the chronicle
  ending end;                        ///< its `chronicle::end_of`
};

/// Everything that ended, in order of time; of one instant, in order of creation.
[[nodiscard]] std::vector<death> deaths_of(const chronicle& book);

} // namespace lapse
