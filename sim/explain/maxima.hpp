#pragma once

#include "sim/explain/explanation.hpp"
#include "sim/explain/what_if.hpp"

#include <vector>

namespace lapse::explain {

/// The maxima of a token or lease as the server stands at that moment, the least first: of its
/// role, its own, of its mount, of the system. Which of them binds is not known yet.
[[nodiscard]] std::vector<ttl_maximum>
maxima_of(paused_world& there, const lives::life_record& life, duration system_max);

} // namespace lapse::explain
