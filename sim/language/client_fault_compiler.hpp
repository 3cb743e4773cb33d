#pragma once

#include "sim/language/load_context.hpp"
#include "sim/language/verbs.hpp"
#include "sim/plan/step.hpp"

namespace lapse::language {

/// What a step with one of the verbs says that clients feel: `outage`, `slow`, `lose_answers`,
/// `renewals_fail`.
[[nodiscard]] plan::fault_step compile_client_fault(load_context& context,
                                                    const document::document_node& object,
                                                    const verb_spec& verb);

} // namespace lapse::language
