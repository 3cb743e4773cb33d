#pragma once

#include "sim/document/load_error.hpp"
#include "sim/document/node.hpp"
#include "sim/plan/plan.hpp"
#include "sim/serve/journal.hpp"

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace lapse::serve {

// What a session as a scenario file is made of.

/// The value of an `at`.
[[nodiscard]] document::document_node time_of(instant at);

/// A property from outside: a map of its word and what it says. What has no beginning of its own
/// begins `now`.
[[nodiscard]] document::document_node property_of(std::string_view text, instant now);

/// Puts what `property_of` gives into the list of its word.
void add_property(document::document_node& scenario, document::document_node property);

/// `always`, `never`, `eventually` or `sometimes`.
[[nodiscard]] std::string word_of(const journal::entry& property);

void erase_properties(document::document_node& scenario);

using loaded_session = tl::expected<plan::plan, std::vector<document::load_error>>;

/// Compiles a session.
[[nodiscard]] loaded_session load_session(const document::document_node& scenario);

} // namespace lapse::serve
