#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/man_page.hpp"

#include <iostream>

namespace lapse::cli {

command_manual manual_manual() {
  command_manual result{
      .synopsis = {"manual"},
      .description = "Prints the man page lapse(1), for those who package lapse.\n",
      .options = boost::program_options::options_description("options"),
      .examples = {"lapse manual | man -l -"},
      .statuses = {{"0", "printed"}, {"2", "usage error, or standard output could not be written"}},
  };
  result.options.add_options()("help,h", "print this help");
  return result;
}

int manual_command(const command_words& words) {
  const auto manual = manual_manual();
  if (read_arguments("manual", words, manual.options).count("help") != 0)
    print_help(std::cout, manual);
  else
    write_man_page(std::cout);
  return 0;
}

} // namespace lapse::cli
