#pragma once

#include "sim/language/load_context.hpp"
#include "sim/language/tables.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace lapse::language {

/// Writes the body of a request template from values of the file: what is fixed into the body, all
/// else as holes.
class body_writer {
public:
  body_writer(load_context& context, nlohmann::json& body, std::vector<plan::body_hole>& holes,
              std::vector<plan::body_key_hole>& key_holes)
    : context_(&context), body_(&body), holes_(&holes), key_holes_(&key_holes) {}

  /// A parameter of a known shape under `at`.
  void parameter(nlohmann::json::json_pointer at, const document::document_node& value,
                 document::value_shape shape);

  /// Anything, as JSON; its texts may name handles (`{app}`, `{app.accessor}`, `{app.lease}`).
  void anything(nlohmann::json::json_pointer at, const document::document_node& value);

  /// A text given by the loader that may have counters or handles in it.
  void text(nlohmann::json::json_pointer at, plan::issued_text value);

private:
  void scalar(const nlohmann::json::json_pointer& at, const document::document_node& value,
              bool as_text);
  /// True if a plain range was written as a hole.
  bool range(const nlohmann::json::json_pointer& at, const document::document_node& value,
             document::value_shape shape);

  load_context* context_;
  nlohmann::json* body_;
  std::vector<plan::body_hole>* holes_;
  std::vector<plan::body_key_hole>* key_holes_;
};

/// A text with counters.
[[nodiscard]] plan::issued_text counters_text(const load_context& context, std::string_view text);

/// A text with counters and handles of the file, for `data` and raw requests.
[[nodiscard]] plan::issued_text handles_text(load_context& context,
                                             const document::document_node& node);

/// An identifier of a handle, alone.
[[nodiscard]] plan::issued_text identifier(plan::handle_ref handle, plan::handle_part part);

/// Its text where nothing has to be filled in.
[[nodiscard]] std::optional<std::string> fixed_text(const plan::issued_text& text);

} // namespace lapse::language
