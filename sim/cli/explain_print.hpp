#pragma once

#include "sim/explain/explanation.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace lapse::cli {

struct explain_print_options {
  bool colour = false;
  /// Every casualty and survivor, not only the first ones.
  bool all = false;
};

/// For people, in lines of at most 80 columns where names allow it.
[[nodiscard]] std::string explain_text(const explain::explanation& what,
                                       const explain_print_options& options);

/// For programs: a document as `reports/schemas/explain-1.schema.json` describes it.
[[nodiscard]] nlohmann::ordered_json explain_json(const explain::explanation& what);

} // namespace lapse::cli
