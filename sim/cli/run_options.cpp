#include "sim/cli/run_options.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/text/shell_quote.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/named_files.hpp"
#include "sim/cli/report_formats.hpp"
#include "sim/cli/report_paths.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

using texts = std::vector<std::string>;

po::options_description option_list() {
  po::options_description options("options");
  options.add_options()("report", po::value<texts>()->composing()->value_name("FORMAT[=PATH]"),
                        ("write a report (may be repeated); without PATH to standard output. "
                         "FORMAT: " +
                         report_format_list())
                            .c_str())("seed", po::value<std::string>()->value_name("N"),
                                      "draw values of ranges and jitter from this seed")(
      "until", po::value<std::string>()->value_name("T"),
      "end the run at this time: later or earlier than the file says")(
      "at", po::value<std::string>()->value_name("T"),
      "dot and mermaid reports: the tree at this time, not at the end")(
      "jobs", po::value<std::string>()->value_name("J"),
      "run J scenarios in parallel (default: all cores); the output is the same for any J")(
      "set", po::value<texts>()->composing()->value_name("KEY=VALUE"),
      "override a plain value of the file, e.g. auth.userpass.users.amy.token_ttl=30m")(
      "strict",
      "refusals that no `expect` speaks of, warnings, and a file that expects nothing are "
      "failures")("audit-hash", "audit report: hash values as a server does by default")(
      "all", "text report: every event and every row; dot report: every token and lease")(
      "help,h", "print this help");
  return options;
}

// -- values --------------------------------------------------------------------------

instant parse_time(const std::string& option, const std::string& text) {
  auto time = time_since_start(text);
  if (!time)
    refuse("run",
           option + " takes a time since the start such as 90m, not " + document::in_quotes(text));
  return *time;
}

} // namespace

report_request read_report(std::string_view command, const std::string& text) {
  report_request result;
  auto equals = text.find('=');
  auto name = text.substr(0, equals);
  result.format = find_report_format(name);
  if (result.format == nullptr)
    refuse(command, "unknown report format " + document::in_quotes(name) +
                        document::did_you_mean(name, report_format_names()) + "; formats are " +
                        report_format_list());
  if (equals == std::string::npos)
    return result;
  result.path = text.substr(equals + 1);
  if (result.path.empty())
    refuse(command, "--report " + name + "= names no file");
  return result;
}

run_arguments read_run_arguments(const command_words& words) {
  auto options = option_list();
  auto values = read_arguments("run", words, options, "file");
  run_arguments result;
  result.help = values.count("help") != 0;
  if (result.help)
    return result;
  result.audit_hash = values.count("audit-hash") != 0;
  result.all = values.count("all") != 0;
  result.strict = values.count("strict") != 0;
  result.seed = number_between("run", values, "seed", 0, seed_max);
  if (values.count("until") != 0)
    result.until = parse_time("--until", values["until"].as<std::string>());
  if (values.count("at") != 0)
    result.at = parse_time("--at", values["at"].as<std::string>());
  result.jobs = number_between("run", values, "jobs", 1, jobs_max).value_or(cores());
  if (values.count("set") != 0)
    result.overrides = values["set"].as<texts>();
  if (values.count("report") != 0)
    for (const auto& text : values["report"].as<texts>())
      result.reports.push_back(read_report("run", text));
  if (values.count("file") == 0)
    refuse("run", "names no scenario file");
  result.files = resolve_files(values["file"].as<texts>(), ".yaml");
  auto uses_at = [](const report_request& report) { return report.format->uses_at; };
  if (result.at && std::none_of(result.reports.begin(), result.reports.end(), uses_at))
    refuse("run", "--at is for reports that show one instant: none of those asked for does");
  check_report_paths(result);
  return result;
}

std::string run_arguments::replay_command(const std::string& file) const {
  auto result = "lapse run " + text_report::shell_quoted(file);
  if (seed)
    result += fmt::format(" --seed {}", *seed);
  if (until)
    result += " --until " + ttl::format_duration(*until);
  if (strict)
    result += " --strict";
  for (const auto& pair : overrides)
    result += " --set " + text_report::shell_quoted(pair);
  return result;
}

command_manual run_manual() {
  command_manual result{
      .synopsis = {"run FILE... [OPTION]..."},
      .description =
          "Runs scenario files in virtual time, checks what they expect, and reports what\n"
          "died, when and why. A folder stands for all *.yaml files in it and below. With\n"
          "several files and no --report it prints one line per file and a summary. Reports\n"
          "of several files to the same PATH are appended, or form one document; if PATH is\n"
          "a folder or ends in `/`, each scenario gets a file of its own there.\n",
      .options = option_list(),
      .examples = {"lapse run scenarios/tour/01-keys-die-with-the-token.yaml",
                   "lapse run scenarios/incidents",
                   "lapse run app.yaml --report text --report json=app.json",
                   "lapse run app.yaml --report dot=app.dot --at 59m",
                   "lapse run scenarios --report junit=results.xml --report trace=traces/",
                   "lapse run app.yaml --set auth.userpass.users.amy.token_ttl=30m",
                   "lapse run app.yaml --report audit=audit.log --audit-hash"},
      .statuses =
          {{"0", "everything held"},
           {"1", "an expectation, a property (also a `sometimes` that was never reached) or a rule "
                 "failed"},
           {"2", "usage or input error, or a report that could not be written"}},
      .several_files = true,
      .reads = {"yaml"},
  };
  manual_rows formats;
  for (const auto& format : report_formats()) {
    formats.emplace_back(format.name, format.help);
    result.choices["report"].emplace_back(format.name);
  }
  result.tables.emplace_back("report formats", std::move(formats));
  return result;
}

} // namespace lapse::cli
