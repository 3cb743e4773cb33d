#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/language/counters.hpp"
#include "sim/language/handle_registry.hpp"
#include "sim/language/known_names.hpp"
#include "sim/language/load_options.hpp"
#include "sim/plan/plan.hpp"

#include <string_view>
#include <vector>

namespace lapse::language {

/// What the compilers of one file share: where faults go, what the file knows, and where in the
/// order of issue and inside of which repeats they are.
struct load_context {
  document::diagnostics& faults;
  handle_registry& handles;
  const known_names& names;
  const load_options& options;
  /// The file's text, to find places inside of block texts.
  std::string_view source;

  /// Counters and rounds of the enclosing repeats, and the clients of the enclosing `together`s.
  counter_names counters;
  handle_registry::moment moment;

  /// Ranges seen so far; the next one's `draw`.
  int ranges = 0;
  std::vector<plan::plan_warning> warnings;
  std::vector<plan::range_place> range_places;

  [[nodiscard]] plan::counted_text counted(std::string_view text) const {
    return to_counted(text, counters);
  }

  /// A use of a handle at this moment.
  [[nodiscard]] plan::handle_ref use(const document::document_node& node, std::string_view name,
                                     handle_kind wanted = handle_kind::any);
  [[nodiscard]] plan::handle_ref use(const document::document_node& node) {
    return use(node, node.text);
  }
  [[nodiscard]] plan::handle_ref use_token(const document::document_node& node) {
    return use(node, node.text, handle_kind::token);
  }

  void bind(const document::document_node& node, handle_kind what) {
    handles.bind(counted(node.text), node.at, moment, what);
  }

  /// Values that may be ranges. None where the shape check has refused them.
  [[nodiscard]] std::optional<plan::ranged<duration>>
  duration_range(const document::document_node& value);
  [[nodiscard]] std::optional<plan::ranged<std::int64_t>>
  number_range(const document::document_node& value);

  /// Values that may not: a range is an error. `key` names the value.
  [[nodiscard]] std::optional<duration> fixed_duration(std::string_view key,
                                                       const document::document_node* node);
  [[nodiscard]] std::optional<std::int64_t> fixed_number(std::string_view key,
                                                         const document::document_node* node);
};

} // namespace lapse::language
