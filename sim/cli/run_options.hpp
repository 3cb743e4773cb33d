#pragma once

#include "actors/protocol/time.hpp"
#include "sim/cli/commands.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::cli {

struct report_format;

/// One `--report FORMAT[=PATH]`.
struct report_request {
  /// Of the table in `report_formats.hpp`.
  const report_format* format = nullptr;
  /// Empty: standard output.
  std::string path;
};

/// The command line of `lapse run`.
struct run_arguments {
  bool help = false;
  /// Scenario files in the order to run them, folders resolved, none twice.
  std::vector<std::string> files;
  std::vector<report_request> reports;
  std::optional<std::uint64_t> seed;
  std::optional<instant> until;
  /// What reports that show one instant look at; none: the end.
  std::optional<instant> at;
  /// How many scenarios run in parallel; by default as many as there are cores.
  std::size_t jobs = 1;
  std::vector<std::string> overrides;
  bool audit_hash = false;
  bool all = false;
  bool strict = false;

  /// The command that runs `file` alone in the same way again, quoted for a shell.
  [[nodiscard]] std::string replay_command(const std::string& file) const;
};

/// `FORMAT[=PATH]` of the command's option `--report`. Throws `usage_error`.
[[nodiscard]] report_request read_report(std::string_view command, const std::string& text);

/// Throws `usage_error`.
[[nodiscard]] run_arguments read_run_arguments(const command_words& words);

} // namespace lapse::cli
