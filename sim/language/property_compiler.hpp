#pragma once

#include "sim/language/load_context.hpp"

namespace lapse::language {

/// The properties of a scenario, in file order within `always`, `never`, `eventually`, `sometimes`.
[[nodiscard]] std::vector<plan::property>
compile_properties(load_context& context, const document::document_node& scenario);

} // namespace lapse::language
