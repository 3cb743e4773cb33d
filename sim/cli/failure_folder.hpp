#pragma once

#include "sim/explore/counterexample.hpp"
#include "sim/search/search_report.hpp"

#include <string>
#include <vector>

namespace lapse::cli {

/// How the file of a kept case begins. Beside it lies one of JSON, which is no scenario.
inline constexpr std::string_view kept_heading = "# Found by `lapse check ";

/// A failing case as the folder keeps it: enough to try it again on the scenario as it is now.
struct kept_case {
  /// The counterexample beside it.
  std::string path;
  std::string file;
  std::optional<std::uint64_t> seed;
  plan::range_values range_values;
  bool interleave = true;
  engine::decision_list decisions;
  explore::failure what;
};

/// Failing cases of earlier searches: per case `NAME.yaml`, the counterexample, and `NAME.json`,
/// what repeats the run on the scenario it came from.
class failure_folder {
public:
  /// @param path empty: nothing is kept.
  explicit failure_folder(std::string path) : path_(std::move(path)) {}

  /// Cases of a scenario, in order of their names. What cannot be read is left out, with a
  /// message on standard error.
  [[nodiscard]] std::vector<kept_case> cases_of(const std::string& file) const;

  /// Writes the case. Returns the counterexample's path; empty if the folder is switched off.
  /// Throws `usage_error` if it cannot be written; then neither file is there half.
  [[nodiscard]] std::string keep(const std::string& file, const search::found_failure& found) const;

private:
  [[nodiscard]] std::string name_of(const std::string& file, const explore::failure& what) const;

  std::string path_;
};

} // namespace lapse::cli
