#pragma once

#include <string>

namespace lapse::text_report {

/// How a text report is to look.
struct text_options {
  bool colour = false;
  /// Every row, however many are alike, and the events that say what other rows imply.
  bool all = false;
  /// The command that reproduces the run, printed with every failure; empty: not printed.
  std::string replay_command;
};

} // namespace lapse::text_report
