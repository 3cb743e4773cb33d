#pragma once

#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"

#include <span>
#include <string_view>

namespace lapse::cli {

/// One line of the table of commands.
struct command {
  std::string_view name;
  /// For lists of commands, in a few words.
  std::string_view about;
  int (*run)(const command_words&);
  command_manual (*manual)();
  /// For those who package lapse: left out where commands are listed.
  bool hidden = false;
};

/// All commands, in the order of the help.
[[nodiscard]] std::span<const command> all_commands() noexcept;

/// What each exit status means, whatever the command.
[[nodiscard]] const manual_rows& all_statuses();

/// A few command lines to begin with.
[[nodiscard]] const std::vector<std::string>& first_examples();

} // namespace lapse::cli
