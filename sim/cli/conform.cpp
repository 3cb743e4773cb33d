#include "actors/vault/vault.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/named_files.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/rules/rule_monitor.hpp"
#include "sim/transcript/verdict.hpp"

#include <algorithm>
#include <iostream>
#include <set>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

struct conform_arguments {
  std::vector<std::string> files;
  std::string junit;
  std::string json;
};

// -- files -----------------------------------------------------------------------

/// Neither a transcript nor the other output may be overwritten.
void check_outputs(const conform_arguments& arguments) {
  std::set<std::string> seen;
  for (const auto& file : arguments.files)
    seen.insert(place_of(file));
  for (const auto& path : {arguments.junit, arguments.json}) {
    if (path.empty())
      continue;
    const auto fault = claim_output(path, seen);
    if (fault == output_fault::folder)
      throw usage_error{"cannot write to " + path + ": it is a folder"};
    if (fault == output_fault::taken)
      throw usage_error{path + " is a transcript or the other output: nothing would be left of it"};
  }
}

// -- replaying -------------------------------------------------------------------

std::unique_ptr<door> make_simulation(const server_config& config) {
  return std::make_unique<engine::simulation>(config);
}

/// Replays once more with the lifecycle rules watching: finding out when the server acted takes
/// many replays, which need not pay for them.
std::vector<rule_broken> broken_rules(transcript::compiled_transcript& what) {
  const auto config = what.config();
  engine::simulation server{config};
  rules::rule_monitor rules{{config.max_lease_ttl, config.revocation_delay,
                             config.revocation_jitter, config.lease_revocation_delay},
                            server.lives()};
  server.subscribe(rules);
  server.announce_root();
  static_cast<void>(what.replay(server));
  rules.finish(server.now());
  return rules.take_broken();
}

transcript::file_verdict judge(const std::string& file) {
  transcript::file_verdict result;
  result.file = file;
  auto loaded = transcript::load_transcript(file);
  if (!loaded) {
    result.errors = std::move(loaded.error());
    return result;
  }
  const auto& source = *loaded;
  result.name = source->name;
  transcript::compiled_transcript compiled{source};
  result.result = compiled.settle(make_simulation);
  result.broken = broken_rules(compiled);
  return result;
}

int judge_all(const conform_arguments& arguments) {
  const auto coloured = colours_wanted();
  std::vector<transcript::file_verdict> verdicts;
  int status = 0;
  for (const auto& file : arguments.files) {
    verdicts.push_back(judge(file));
    const auto& latest = verdicts.back();
    for (const auto& error : latest.errors)
      std::cerr << to_string(error) << '\n';
    transcript::print_verdict(std::cout, latest, coloured);
    status = std::max(status, !latest.errors.empty() ? 2 : latest.passed() ? 0 : 1);
  }
  write_output("conform", arguments.junit,
               [&](std::ostream& out) { transcript::write_verdicts_junit(out, verdicts); });
  write_output("conform", arguments.json,
               [&](std::ostream& out) { transcript::write_verdicts_json(out, verdicts); });
  transcript::print_totals(std::cout, transcript::totals_of(verdicts));
  return status;
}

int list_unmodelled() {
  for (const auto& path : vault::unmodelled_paths()) {
    std::cout << path.path << "  " << path.reason;
    for (const auto op : path.operations)
      std::cout << (op == path.operations.front() ? "; only " : ", ") << to_string(op);
    std::cout << '\n';
  }
  return 0;
}

} // namespace

command_manual conform_manual() {
  command_manual result{
      .synopsis = {"conform [OPTION]... FILE..."},
      .description =
          "Replays transcripts of a real OpenBao server in virtual time and compares every\n"
          "answer, while the rules that `lapse rules` lists watch. A FILE that is a folder\n"
          "stands for all *.jsonl files in it. The format is described in\n"
          "tests/conformance/README.md; record.py next to it records a transcript from your\n"
          "own server.\n",
      .options = po::options_description("options"),
      .examples = {"lapse conform tests/conformance/transcripts",
                   "lapse conform --junit conform.xml --json conform.json mine.jsonl",
                   "lapse conform --unmodelled"},
      .statuses = {{"0", "every answer is the recorded one, and no rule is broken"},
                   {"1", "an answer differs, or a rule is broken"},
                   {"2",
                    "usage error, a file that is no transcript, or an output that could not be "
                    "written"}},
      .several_files = true,
      .reads = {"jsonl"},
  };
  result.options.add_options()("help,h", "print this help")(
      "junit", po::value<std::string>()->value_name("PATH"), "write a JUnit XML file")(
      "json", po::value<std::string>()->value_name("PATH"), "write all differences as JSON")(
      "unmodelled", "list the known paths that lapse answers with 501, and why");
  return result;
}

int conform_command(const command_words& words) {
  const auto manual = conform_manual();
  conform_arguments arguments;
  const auto values = read_arguments("conform", words, manual.options, "file");
  if (values.count("help") != 0) {
    print_help(std::cout, manual);
    return 0;
  }
  if (values.count("file") != 0)
    arguments.files = values["file"].as<std::vector<std::string>>();
  arguments.junit = text_of(values, "junit", "");
  arguments.json = text_of(values, "json", "");
  if (values.count("unmodelled") != 0 && arguments.files.empty())
    return list_unmodelled();
  if (values.count("unmodelled") != 0)
    refuse("conform", "--unmodelled lists paths and takes no FILE");
  if (arguments.files.empty())
    refuse("conform", "needs a FILE: a transcript, or a folder of *.jsonl files");
  arguments.files = resolve_files(arguments.files, ".jsonl");
  check_outputs(arguments);
  return judge_all(arguments);
}

} // namespace lapse::cli
