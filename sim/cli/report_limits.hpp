#pragma once

#include "reports/html/html_options.hpp"

#include <vector>

namespace lapse::plan {
struct plan;
}

namespace lapse::cli {

/// All that a plan says of how many tokens and leases there may be: what its steps expect at an
/// instant that the file says, and its properties over their windows.
[[nodiscard]] std::vector<html::asserted_limit> limits_of(const plan::plan& what);

} // namespace lapse::cli
