#pragma once

#include "sim/cli/explain_print.hpp"
#include "sim/explain/access.hpp"

#include <string>
#include <vector>

namespace lapse::cli {

/// Where the scenario `file` has the rule that decided about a request. `source` is its text.
[[nodiscard]] rule_place place_of_rule(const explain::explained_access& what,
                                       const std::string& file, const std::string& source);

/// A request of a scenario and what decided it, for people.
[[nodiscard]] std::string access_text(const explain::explained_access& what,
                                      const rule_place& place);

/// What a token may do with a path, and why no more.
[[nodiscard]] std::string capabilities_text(const std::vector<std::string>& capabilities,
                                            const explain::explained_access& what,
                                            const rule_place& place);

} // namespace lapse::cli
