#pragma once

#include "sim/language/load_context.hpp"
#include "sim/language/tables.hpp"

namespace lapse {

/// The request of a step whose verb makes one: who asks, what, what the answer gives names to and
/// what is expected of it. Each verb becomes the API request of domain.md 12.1.
[[nodiscard]] request_step compile_request(load_context& context, const yaml_node& step,
                                           const verb_spec& verb);

/// The renewal that `keep` repeats.
[[nodiscard]] request_step compile_renewal(load_context& context, const yaml_node& step);

/// The step in words: `create job{i} as S`.
[[nodiscard]] counted_text step_words(const load_context& context, const yaml_node& step,
                                      const verb_spec* verb);

} // namespace lapse
