#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/document/nearest.hpp"
#include "sim/rulebook/plain_text.hpp"
#include "sim/rulebook/rulebook.hpp"
#include "sim/rules/catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include <unistd.h>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

/// What lines are wrapped at; 0 is no limit. Pipes get whole paragraphs, so that `grep` finds
/// sentences.
std::size_t line_width() { return ::isatty(STDOUT_FILENO) == 1 ? 80 : 0; }

/// `Source: …`; further lines begin below the text.
void print_field(std::string_view name, const std::string& text) {
  if (!text.empty())
    std::cout << name << ": " << rulebook::plain_line(text, line_width(), name.size() + 2);
}

// -- lifecycle rules ---------------------------------------------------------------------

/// The numbers of the rules that a lifecycle rule rests on.
std::vector<rulebook::rule_number> sources_of(const rules::rule_info& rule) {
  std::vector<rulebook::rule_number> result;
  auto rest = rule.sources;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(", "), rest.size());
    if (auto number = rulebook::parse_rule_number(rest.substr(0, end)))
      result.push_back(*number);
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return result;
}

const rules::rule_info* lifecycle_rule(rulebook::rule_number number) {
  const auto rules = rules::built_in_rules();
  const auto found = std::ranges::find(rules, to_string(number), &rules::rule_info::id);
  return found == rules.end() ? nullptr : &*found;
}

void print_lifecycle_rule(const rules::rule_info& rule) {
  std::cout << fmt::format("{}  {}\n\nIt rests on\n", rule.id, rule.sentence);
  for (const auto number : sources_of(rule))
    if (const auto* source = rulebook::find_rule(number))
      std::cout << fmt::format("  {:<6}  {}\n", to_string(number), source->title);
  if (!rule.exceptions.empty())
    std::cout << '\n'
              << rulebook::plain_line(fmt::format("Except {}", rule.exceptions), line_width(), 0);
}

void print_lifecycle_rules() {
  for (const auto& rule : rules::built_in_rules()) {
    std::cout << fmt::format("{}  {}\n     from {}\n", rule.id, rule.sentence, rule.sources);
    if (!rule.exceptions.empty())
      std::cout << fmt::format("     except {}\n", rule.exceptions);
  }
  std::cout << "\n`lapse rules NUMBER` prints any of them, for example `lapse rules L01 R-511`.\n";
}

// -- rules of the server -----------------------------------------------------------------

void print_server_rule(const rulebook::server_rule& rule) {
  std::cout << fmt::format("{}  {}\n\n", to_string(rule.number), rule.title)
            << rulebook::plain_text(rule.text, line_width()) << '\n';
  print_field("Source", rule.source);
  print_field("Seen", rule.seen);
  print_field("Not modelled", rule.not_modelled);
  for (const auto& part : rule.missing_parts)
    print_field("Modelled but for", part.part + ": " + part.reason);
  for (const auto& watcher : rules::built_in_rules())
    if (std::ranges::count(sources_of(watcher), rule.number) != 0)
      print_field("Watched by", fmt::format("{} {}", watcher.id, watcher.sentence));
}

/// What the tags and short names of sources mean, once for all rules printed.
void print_legend(std::string_view sources) {
  const auto legend = rulebook::legend_of(sources);
  if (!legend.empty())
    std::cout << '\n';
  for (const auto& [name, meaning] : legend)
    std::cout << fmt::format("{:<5}", name) << rulebook::plain_line(meaning, line_width(), 5);
}

void print_coverage() {
  const auto rules = rulebook::server_rules();
  const auto missing =
      std::ranges::count_if(rules, [](const auto& rule) { return !rule.not_modelled.empty(); });
  std::cout << fmt::format("{} of {} rules and edge cases are modelled\n\nnot modelled\n\n",
                           static_cast<std::ptrdiff_t>(rules.size()) - missing, rules.size());
  for (const auto& rule : rules)
    if (!rule.not_modelled.empty())
      std::cout << fmt::format("{:<8}{}\n        {}\n", to_string(rule.number), rule.title,
                               rule.not_modelled);
  std::cout << "\nmodelled but for\n\n";
  for (const auto& rule : rules)
    for (const auto& [part, reason] : rule.missing_parts)
      std::cout << fmt::format("{:<8}{}\n        {}\n", to_string(rule.number), part, reason);
}

// -- arguments ---------------------------------------------------------------------------

/// The numbers of the same kind just before and just after one that does not exist.
std::vector<std::string> nearest_numbers(rulebook::rule_number wanted) {
  std::vector<rulebook::rule_number> all;
  for (const auto& rule : rulebook::server_rules())
    all.push_back(rule.number);
  for (const auto& rule : rules::built_in_rules())
    if (auto number = rulebook::parse_rule_number(rule.id))
      all.push_back(*number);
  std::erase_if(all, [&](const auto& number) { return number.kind != wanted.kind; });
  std::ranges::sort(all);
  const auto after = std::ranges::lower_bound(all, wanted);
  std::vector<std::string> result;
  if (after != all.begin())
    result.push_back(to_string(*std::prev(after)));
  if (after != all.end())
    result.push_back(to_string(*after));
  return result;
}

[[noreturn]] void fail_unknown(const std::string& word,
                               std::optional<rulebook::rule_number> number) {
  const auto problem = "rules: unknown rule " + document::in_quotes(word);
  if (!number)
    throw usage_error{problem + ": numbers look like R-511, E-42 and L07"};
  const auto near = nearest_numbers(*number);
  throw usage_error{fmt::format("{}, the nearest {} {}", problem, near.size() == 1 ? "is" : "are",
                                fmt::join(near, " and "))};
}

/// Prints all, or nothing if one of them does not exist.
void print_rules(const std::vector<std::string>& words) {
  std::vector<rulebook::rule_number> numbers;
  for (const auto& word : words) {
    const auto number = rulebook::parse_rule_number(word);
    if (!number || (lifecycle_rule(*number) == nullptr && rulebook::find_rule(*number) == nullptr))
      fail_unknown(word, number);
    numbers.push_back(*number);
  }
  std::string sources;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0)
      std::cout << "\n\n";
    if (const auto* rule = lifecycle_rule(numbers[i])) {
      print_lifecycle_rule(*rule);
    } else if (const auto* found = rulebook::find_rule(numbers[i])) {
      print_server_rule(*found);
      (sources += found->source) += '\n';
    }
  }
  print_legend(sources);
}

} // namespace

command_manual rules_manual() {
  command_manual result{
      .synopsis = {"rules", "rules NUMBER...", "rules --coverage"},
      .description =
          "Lists the lifecycle rules, which watch every run, with the rules of the server\n"
          "that they rest on. A scenario switches one off with `rules: { L01: off }`.\n"
          "\n"
          "With numbers, prints those rules: lifecycle rules (`L07`), rules of the server\n"
          "(`R-511`) and edge cases (`E-31`).\n",
      .options = po::options_description("options"),
      .examples = {"lapse rules", "lapse rules R-511 R-513", "lapse rules --coverage"},
      .statuses = {{"0", "printed"},
                   {"2", "usage error, unknown rule, or standard output could not be written"}},
  };
  result.options.add_options()("coverage",
                               "list the rules of the server that are not modelled, with reasons")(
      "help,h", "print this help");
  return result;
}

int rules_command(const command_words& words) {
  const auto manual = rules_manual();
  const auto values = read_arguments("rules", words, manual.options, "number");
  const bool coverage = values.count("coverage") != 0;
  if (values.count("help") != 0)
    print_help(std::cout, manual);
  else if (coverage && values.count("number") != 0)
    refuse("rules", "--coverage takes no numbers");
  else if (coverage)
    print_coverage();
  else if (values.count("number") != 0)
    print_rules(values["number"].as<std::vector<std::string>>());
  else
    print_lifecycle_rules();
  return 0;
}

} // namespace lapse::cli
