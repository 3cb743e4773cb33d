#pragma once

#include "sim/scenario/plan.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lapse {

/// One fault of a scenario file: what is wrong, what was expected, how to mend it.
struct load_error {
  /// The file as the user gave it, or `--set KEY=VALUE` where that is to blame.
  std::string file;
  /// 0:0 for an override.
  file_position at;
  std::string text;
};

/// `file:line:column: text`, or `file: text` without a position.
[[nodiscard]] std::string to_string(const load_error& error);

struct load_options {
  /// `KEY=VALUE` texts of `--set`, applied in order. A key is a path of names and list indices
  /// (from 0) joined by dots: `auth.userpass.users.amy.token_ttl`, `steps.0.ttl`. Names may have
  /// dots and slashes in them; the final `/` of a mount may be left out.
  std::vector<std::string> overrides;
  /// Folder that `policies: { file: … }` is relative to; empty: the working directory.
  std::string folder;
  /// Known ids of built-in rules for `rules:`; empty: any id of the right form is taken.
  std::vector<std::string> rule_ids;
};

/// Bounds of one file; what goes over them is an error, never a crash (times and memory stay
/// bounded on any input).
inline constexpr std::size_t scenario_bytes_max = 16u << 20;
inline constexpr std::size_t scenario_depth_max = 64;
inline constexpr std::size_t scenario_values_max = 2'000'000;
inline constexpr std::size_t scenario_alias_values_max = 200'000;
inline constexpr std::int64_t scenario_issues_max = 100'000'000;
/// Tokens and leases that steps may ask for; each is kept, with its history, to the run's end.
inline constexpr std::int64_t scenario_lives_max = 5'000'000;
/// Errors shown of one file; a last line counts the rest.
inline constexpr std::size_t load_errors_max = 50;

/// Compiles a scenario, or says everything that is wrong with it, in order of position and at most
/// `load_errors_max` and a count. `file_name` is used in messages only.
[[nodiscard]] std::variant<plan, std::vector<load_error>>
load_scenario(std::string_view text, std::string_view file_name, const load_options& options);

/// The text of a scenario file; of one over 16 MB only a little more than that, enough to be
/// refused. A file that cannot be read (missing, a directory) is an error at 1:1.
[[nodiscard]] std::variant<std::string, std::vector<load_error>>
read_scenario_file(const std::string& path);

/// `load_scenario` for a file; `options.folder` defaults to the file's folder. A file that cannot
/// be read (missing, a directory, over 16 MB) is an error at 1:1.
[[nodiscard]] std::variant<plan, std::vector<load_error>>
load_scenario_file(const std::string& path, const load_options& options);

} // namespace lapse
