#pragma once

#include <boost/program_options.hpp>

#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace lapse::cli {

/// Rows of a name and what it means.
using manual_rows = std::vector<std::pair<std::string, std::string>>;

/// The manual of a command: its `--help`, its part of the man page and its completion are all made
/// from this.
struct command_manual {
  /// The ways to call it, after `lapse `.
  std::vector<std::string> synopsis = {};
  /// Lines as a terminal of 80 columns shows them, each with its end; an empty one between
  /// paragraphs, code in backquotes.
  std::string description = {};
  /// Those that users see. Completion goes by the name of a value: `PATH`, `FILE` and
  /// `FOLDER` are looked for on disk; `[=PATH]` after another name: a path may follow.
  boost::program_options::options_description options = {};
  /// Tables with headings that explain values of options.
  std::vector<std::pair<std::string, manual_rows>> tables = {};
  /// Whole command lines.
  std::vector<std::string> examples = {};
  manual_rows statuses = {};
  /// The highest status of several files counts.
  bool several_files = false;
  /// Values that an option takes, by its long name without dashes, where they can be listed.
  std::map<std::string, std::vector<std::string>> choices = {};
  /// Extensions of the files it reads, without the dot.
  std::vector<std::string> reads = {};
};

/// `--help` of a command.
void print_help(std::ostream& out, const command_manual& manual);

} // namespace lapse::cli
