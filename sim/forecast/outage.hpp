#pragma once

#include "sim/forecast/forecast.hpp"

namespace lapse::forecast {

/// What an outage of each of `lengths` does to the clients of a plan, one run each. It begins
/// `warm_up` after `settled`.
[[nodiscard]] std::vector<outage_forecast> try_outages(const plan::plan& what, instant settled,
                                                       duration warm_up,
                                                       const std::vector<duration>& lengths);

} // namespace lapse::forecast
