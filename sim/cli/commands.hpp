#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace lapse::cli {

struct command_manual;

/// What follows the command's name on the command line.
using command_words = std::vector<std::string>;

// Each command lives in the source of its name and returns the exit status of the process: 0 all
// held, 1 something did not hold, 2 usage or input error, 3 nondeterminism, 4 a search stopped at
// its budget. Results go to `std::cout`, messages to `std::cerr`; `main` flushes the former
// and turns what could not be written into status 2.

int run_command(const command_words& words);
int check_command(const command_words& words);
int conform_command(const command_words& words);
int explain_command(const command_words& words);
int solve_command(const command_words& words);
int forecast_command(const command_words& words);
int serve_command(const command_words& words);
int server_command(const command_words& words);
int clock_command(const command_words& words);
int rules_command(const command_words& words);
int schema_command(const command_words& words);
int manual_command(const command_words& words);
int completion_command(const command_words& words);

// And its manual (`command_manual.hpp`).
[[nodiscard]] command_manual run_manual();
[[nodiscard]] command_manual check_manual();
[[nodiscard]] command_manual conform_manual();
[[nodiscard]] command_manual explain_manual();
[[nodiscard]] command_manual solve_manual();
[[nodiscard]] command_manual forecast_manual();
[[nodiscard]] command_manual serve_manual();
[[nodiscard]] command_manual server_manual();
[[nodiscard]] command_manual clock_manual();
[[nodiscard]] command_manual rules_manual();
[[nodiscard]] command_manual schema_manual();
[[nodiscard]] command_manual manual_manual();
[[nodiscard]] command_manual completion_manual();

/// Thrown by a command for a mistake on its command line or in its input: `main` prints it after
/// `lapse: ` and exits with 2.
struct usage_error {
  std::string text;
};

/// Throws it for a mistake on the command line of `command`, with where its help is.
[[noreturn]] inline void refuse(std::string_view command, std::string_view mistake) {
  throw usage_error{fmt::format("{}: {}\ntry `lapse {} --help`", command, mistake, command)};
}

} // namespace lapse::cli
