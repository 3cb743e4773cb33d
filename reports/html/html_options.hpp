#pragma once

#include <string>

namespace lapse::html {

/// What a page shows that the event stream does not tell.
struct html_options {
  /// The command that reproduces the run; empty: not shown.
  std::string replay_command;
  /// The scenario as it was read, shown to be copied when something failed; empty: not shown.
  std::string scenario_text;
};

} // namespace lapse::html
