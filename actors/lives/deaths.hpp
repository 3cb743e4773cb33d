#pragma once

#include "actors/lives/ledger.hpp"

#include <vector>

namespace lapse::lives {

/// The end of one token or lease.
struct death {
  ledger::slot life = ledger::no_slot;
  instant at = never; ///< of the decided end
};

/// Everything that ended by now, in order of time; of one instant, in order of creation.
[[nodiscard]] std::vector<death> deaths_of(const ledger& lives);

} // namespace lapse::lives
