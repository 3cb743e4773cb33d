#include "sim/language/schema.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"

#include <iostream>

namespace lapse::cli {

namespace po = boost::program_options;

command_manual schema_manual() {
  command_manual result{
      .synopsis = {"schema"},
      .description =
          "Prints the JSON Schema (draft 2020-12) of scenario files; editors complete and\n"
          "check files with it.\n",
      .options = po::options_description("options"),
      .examples = {"lapse schema > scenario.schema.json"},
      .statuses = {{"0", "printed"}, {"2", "usage error, or standard output could not be written"}},
  };
  result.options.add_options()("help,h", "print this help");
  return result;
}

int schema_command(const command_words& words) {
  const auto manual = schema_manual();
  auto values = read_arguments("schema", words, manual.options);
  if (values.count("help") != 0)
    print_help(std::cout, manual);
  else
    std::cout << language::scenario_schema();
  return 0;
}

} // namespace lapse::cli
