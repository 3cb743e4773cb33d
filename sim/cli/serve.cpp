#include "sim/cli/command_manual.hpp"
#include "sim/cli/serve_options.hpp"

#include <iostream>

namespace lapse::cli {

int serve_command(const command_words& words) {
  const auto arguments = read_serve_arguments(words);
  if (arguments.help) {
    print_help(std::cout, serve_manual());
    return 0;
  }
  return serve::serve(arguments.serve, {}, std::cout, std::cerr);
}

int server_command(const command_words& words) {
  const auto arguments = read_server_arguments(words);
  if (arguments.help) {
    print_help(std::cout, server_manual());
    return 0;
  }
  return serve::serve(arguments.serve, {}, std::cout, std::cerr);
}

} // namespace lapse::cli
