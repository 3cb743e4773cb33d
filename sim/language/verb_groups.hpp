#pragma once

#include "sim/language/verbs.hpp"

namespace lapse::language {

// The rows of the verbs by subject, each in the file of its name.

[[nodiscard]] std::vector<verb_spec> token_verbs();
[[nodiscard]] std::vector<verb_spec> path_verbs();
[[nodiscard]] std::vector<verb_spec> lease_verbs();
[[nodiscard]] std::vector<verb_spec> server_verbs();
[[nodiscard]] std::vector<verb_spec> fault_verbs();
[[nodiscard]] std::vector<verb_spec> structure_verbs();

} // namespace lapse::language
