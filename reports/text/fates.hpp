#pragma once

#include "actors/lives/tally.hpp"

#include <string>

namespace lapse::text_report {

/// "3 alive, 1 expired, 0 revoked", and ", 1 irrevocable" if any is.
[[nodiscard]] std::string fates_text(const lives::fates& all);

} // namespace lapse::text_report
