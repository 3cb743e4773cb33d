#include "sim/cli/command_table.hpp"

namespace lapse::cli {

namespace {

constexpr command commands[] = {
    {"run", "run scenario files and report what died, when and why", run_command, run_manual},
    {"check", "search the histories of scenarios for one in which a rule breaks", check_command,
     check_manual},
    {"conform", "replay transcripts of a real server and compare the answers", conform_command,
     conform_manual},
    {"explain", "show what would end together with a token, and what bounds its life",
     explain_command, explain_manual},
    {"solve", "find the largest value of a key with which a scenario holds", solve_command,
     solve_manual},
    {"forecast", "what clients come to: leases, renewals, outages", forecast_command,
     forecast_manual},
    {"serve", "serve the API over HTTP, on a clock that you hold", serve_command, serve_manual},
    {"server", "the same, with a dev server's flags", server_command, server_manual, true},
    {"clock", "show and move the clock of a served world", clock_command, clock_manual},
    {"rules", "list the lifecycle rules, or print rules by number", rules_command, rules_manual},
    {"schema", "print the JSON Schema of scenario files", schema_command, schema_manual},
    {"manual", "print the man page", manual_command, manual_manual, true},
    {"completion", "print completion rules for a shell", completion_command, completion_manual,
     true},
};

} // namespace

std::span<const command> all_commands() noexcept { return commands; }

const manual_rows& all_statuses() {
  static const manual_rows statuses = {
      {"0", "all held"},
      {"1", "an expectation, a property, a rule or a transcript failed"},
      {"2", "usage or input error"},
      {"3", "nondeterminism detected"},
      {"4", "an exhaustive search stopped at its budget"},
  };
  return statuses;
}

const std::vector<std::string>& first_examples() {
  static const std::vector<std::string> examples = {
      "lapse run scenarios/tour/01-keys-die-with-the-token.yaml",
      "lapse run scenarios/incidents",
      "lapse conform tests/conformance/transcripts/*.jsonl",
  };
  return examples;
}

} // namespace lapse::cli
