#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/html/html_options.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::cli {

/// What a report may need to know of its run that is not in the event stream.
struct run_facts {
  /// The scenario file as the user gave it.
  std::string file;
  /// The command that runs it alone in the same way again.
  std::string replay_command;
  /// Whether its output is a terminal that shows colours.
  bool colour = false;
  /// `--all`
  bool all = false;
  /// `--audit-hash`
  bool audit_hash = false;
  /// `--at T`
  std::optional<instant> at;
  /// The command runs more than one scenario.
  bool several = false;
  /// What the scenario asserts of counts over time.
  std::vector<html::asserted_limit> limits;
};

/// What reports of several scenarios do with one PATH.
enum class several_runs : std::uint8_t {
  follow, ///< follow one another in it
  join,   ///< become one document, between `head` and `foot` of the format
  part    ///< each is a document of its own: PATH must be a folder
};

/// One row of the table of `--report`: everything about a format except how it writes.
struct report_format {
  std::string_view name;
  /// Of files in a folder, without the dot.
  std::string_view extension;
  /// For `--help`, in a few words.
  std::string_view help;
  several_runs several = several_runs::follow;
  /// A report of one run. It writes all it has to say before or at `run_ended`.
  std::unique_ptr<lives::event_reader> (*make)(std::ostream& out, const run_facts& facts) = nullptr;
  /// Of a `join` format: what stands before the first and after the last run.
  std::string_view head = {};
  std::string_view foot = {};
  /// Writes that `file` could not be run at all; null: the format leaves that out.
  void (*refused)(std::ostream& out, const std::string& file,
                  const std::vector<std::string>& errors) = nullptr;
  /// Whether it looks at the instant of `--at`.
  bool uses_at = false;
  /// What reports of several runs may take in one PATH; 0: any number of bytes.
  std::size_t bytes_max = 0;
};

/// All formats, in the order of the help.
[[nodiscard]] const std::vector<report_format>& report_formats();

/// Null if there is no such format.
[[nodiscard]] const report_format* find_report_format(std::string_view name);

[[nodiscard]] std::vector<std::string_view> report_format_names();

/// `text, json and audit`.
[[nodiscard]] std::string report_format_list();

} // namespace lapse::cli
