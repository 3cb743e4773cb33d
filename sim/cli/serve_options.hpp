#pragma once

#include "sim/cli/commands.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/serve/serve.hpp"

#include <set>
#include <string>
#include <vector>

namespace lapse::cli {

/// The command line of `lapse serve`, and of a dev server.
struct serve_arguments {
  bool help = false;
  serve::serve_options serve;
  /// What is written of the session when it is over.
  run_arguments reports;
  /// Places of what is read and written: nothing else may be written there.
  std::set<std::string> taken;
};

/// Throws `usage_error`.
[[nodiscard]] serve_arguments read_serve_arguments(const command_words& words);

/// `server -dev …` as the real server takes it: flags with one dash or two, and those that mean
/// nothing here are accepted. Throws `usage_error`.
[[nodiscard]] serve_arguments read_server_arguments(const command_words& words);

} // namespace lapse::cli
