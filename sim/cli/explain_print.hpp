#pragma once

#include "sim/document/file_position.hpp"
#include "sim/explain/access.hpp"
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

/// The same of a path.
[[nodiscard]] std::string path_text(const explain::path_explanation& what,
                                    const explain_print_options& options);

/// Where the text of the rule that decided about a request stands; line 0: nowhere.
struct rule_place {
  std::string file;      ///< the scenario
  std::string rule_file; ///< itself, or the file that it takes the policy from
  document::file_position at;
};

/// For programs: a document as `reports/schemas/explain-1.schema.json` describes it.
[[nodiscard]] nlohmann::ordered_json explain_json(const explain::explanation& what);
[[nodiscard]] nlohmann::ordered_json path_json(const explain::path_explanation& what);
[[nodiscard]] nlohmann::ordered_json access_json(const explain::explained_access& what,
                                                 const rule_place& place);

} // namespace lapse::cli
