#include "sim/cli/arguments.hpp"
#include "sim/cli/bash_completion.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/document/nearest.hpp"

#include <iostream>

namespace lapse::cli {

namespace po = boost::program_options;

command_manual completion_manual() {
  command_manual result{
      .synopsis = {"completion bash"},
      .description = "Prints what the shell needs to complete command lines of lapse.\n",
      .options = po::options_description("options"),
      .examples = {"source <(lapse completion bash)"},
      .statuses = {{"0", "printed"}, {"2", "usage error, or standard output could not be written"}},
  };
  result.options.add_options()("help,h", "print this help");
  return result;
}

int completion_command(const command_words& words) {
  const auto manual = completion_manual();
  const auto values = read_arguments("completion", words, manual.options, "shell", true);
  if (values.count("help") != 0) {
    print_help(std::cout, manual);
    return 0;
  }
  const auto shell = values.count("shell") != 0 ? values["shell"].as<std::string>() : "";
  if (shell != "bash")
    throw usage_error{
        "completion: knows the shell bash" +
        (shell.empty() ? ": lapse completion bash" : ", not " + document::in_quotes(shell))};
  write_bash_completion(std::cout);
  return 0;
}

} // namespace lapse::cli
