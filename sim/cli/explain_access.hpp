#pragma once

#include "sim/explain/access.hpp"

#include <string>
#include <vector>

namespace lapse::cli {

/// A request of a scenario and what decided it, for people. `source` is the scenario's text, in
/// which the deciding rule is looked for; `file` its name.
[[nodiscard]] std::string access_text(const explain::explained_access& what,
                                      const std::string& file, const std::string& source);

/// What a token may do with a path, and why no more.
[[nodiscard]] std::string capabilities_text(const std::vector<std::string>& capabilities,
                                            const explain::explained_access& what,
                                            const std::string& file, const std::string& source);

} // namespace lapse::cli
