#include "sim/cli/arguments.hpp"
#include "sim/cli/commands.hpp"
#include "sim/scenario/schema.hpp"

#include <iostream>

namespace lapse {

namespace po = boost::program_options;

int schema_command(const command_words& words) {
  po::options_description options("options");
  options.add_options()("help,h", "print this help");
  auto values = read_arguments("schema", words, options, {});
  if (values.count("help") != 0) {
    std::cout << "usage: lapse schema\n\n"
                 "Prints the JSON Schema (draft 2020-12) of scenario files; editors complete and\n"
                 "check files with it.\n\n"
              << options
              << "\nexamples:\n"
                 "  lapse schema > scenario.schema.json\n"
                 "\nexit status:\n"
                 "  0  printed\n"
                 "  2  usage error, or standard output could not be written\n";
    return 0;
  }
  std::cout << scenario_schema();
  return 0;
}

} // namespace lapse
