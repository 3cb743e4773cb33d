#pragma once

#include "sim/language/load_context.hpp"

namespace lapse {

/// The properties of a scenario, in file order within `always`, `never`, `eventually`, `sometimes`.
[[nodiscard]] std::vector<property> compile_properties(load_context& context,
                                                       const document_node& scenario);

} // namespace lapse
