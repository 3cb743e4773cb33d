#pragma once

#include "sim/language/load_context.hpp"

namespace lapse::language {

/// The checks of an `expect` beside a request.
[[nodiscard]] std::vector<plan::answer_check> compile_answer(load_context& context,
                                                             const document::document_node& expect);

/// The checks of an `expect` that stands alone.
[[nodiscard]] std::vector<plan::world_check> compile_world(load_context& context,
                                                           const document::document_node& expect);

/// A count and its bounds; none if the key is no count or the value none of its.
[[nodiscard]] std::optional<plan::count_check> compile_count(load_context& context,
                                                             const document::document_node& entry);

/// A use of handles: `app`, `job*`, `app.lease`, and in properties `app.descendants`, `app.leases`.
/// `anywhere`: the handle may be bound later in the file.
[[nodiscard]] plan::selector compile_selector(load_context& context, std::string_view name,
                                              document::file_position at, bool anywhere);

[[nodiscard]] std::optional<plan::bounds> compile_bounds(load_context& context,
                                                         const document::document_node& value);

/// A value as the file might write it on one line: for messages.
[[nodiscard]] std::string in_words(const document::document_node& node);

} // namespace lapse::language
