#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/rules/coverage.hpp"

#include <fmt/format.h>

#include <iostream>

namespace lapse {

namespace po = boost::program_options;

namespace {

void print_notes(std::span<const coverage_note> notes) {
  for (const auto& note : notes)
    std::cout << fmt::format("{:<8}{}\n        {}\n", note.id, note.subject, note.reason);
}

void print_coverage() {
  const auto missing = unmodelled_rules();
  std::cout << fmt::format("{} of {} rules and edge cases are modelled\n",
                           numbered_rules - static_cast<int>(missing.size()), numbered_rules)
            << "\nnot modelled\n\n";
  print_notes(missing);
  std::cout << "\nmodelled but for\n\n";
  print_notes(partly_modelled_rules());
}

} // namespace

command_manual rules_manual() {
  command_manual result{
      .synopsis = {"rules [--coverage]"},
      .description =
          "Lists the built-in lifecycle rules, which watch every run, with the domain rules\n"
          "they come from. A scenario switches one off with `rules: { L01: off }`.\n",
      .options = po::options_description("options"),
      .examples = {"lapse rules", "lapse rules --coverage"},
      .statuses = {{"0", "printed"}, {"2", "usage error, or standard output could not be written"}},
  };
  result.options.add_options()(
      "coverage", "list the domain rules that are not modelled, with reasons")("help,h",
                                                                               "print this help");
  return result;
}

int rules_command(const command_words& words) {
  const auto manual = rules_manual();
  auto values = read_arguments("rules", words, manual.options, {});
  if (values.count("help") != 0) {
    print_help(std::cout, manual);
  } else if (values.count("coverage") != 0) {
    print_coverage();
  } else {
    for (const auto& rule : built_in_rules()) {
      std::cout << fmt::format("{}  {}\n     from {}\n", rule.id, rule.sentence, rule.sources);
      if (!rule.exceptions.empty())
        std::cout << fmt::format("     except {}\n", rule.exceptions);
    }
  }
  return 0;
}

} // namespace lapse
