#include "sim/solve/solve.hpp"
#include "reports/json/event_json.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <iostream>
#include <optional>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

using json = json_report::report_json;
using texts = std::vector<std::string>;

constexpr const char* solve_name = "solve";

/// The command line.
struct solve_arguments {
  std::string file;
  texts overrides;
  bool as_json = false;
  solve::solve_question question;
};

solve_arguments read_solve_arguments(const po::variables_map& values) {
  solve_arguments result;
  if (values.count("file") == 0)
    refuse(solve_name, "names no scenario file");
  result.file = values["file"].as<std::string>();
  if (values.count("vary") == 0)
    refuse(solve_name, "--vary KEY=LOW..HIGH is missing: which value is to be found?");
  auto vary = solve::read_variation(values["vary"].as<std::string>());
  if (!vary)
    refuse(solve_name, vary.error());
  result.question.vary = *std::move(vary);
  const auto want = values["want"].as<std::string>();
  if (want != "largest" && want != "smallest")
    refuse(solve_name, "--want is largest or smallest, not " + document::in_quotes(want));
  result.question.want = want == "largest" ? solve::wanted::largest : solve::wanted::smallest;
  result.as_json = wants_json(solve_name, values);
  result.question.seed = number_between(solve_name, values, "seed", 0, seed_max);
  if (values.count("set") != 0)
    result.overrides = values["set"].as<texts>();
  result.question.strict = values.count("strict") != 0;
  return result;
}

/// How many values a search for two boundaries tries.
std::size_t values_about(const solve::variation& vary) {
  std::size_t halves = 0;
  for (auto width = static_cast<std::uint64_t>(vary.high) - static_cast<std::uint64_t>(vary.low);
       width > 1; width /= 2)
    ++halves;
  constexpr std::size_t ends_and_probes = 14;
  return ends_and_probes + 2 * halves;
}

// -- as text -------------------------------------------------------------------------

/// The command that shows what breaks with a value.
std::string again(const solve_arguments& asked, std::int64_t value) {
  run_arguments run;
  run.seed = asked.question.seed;
  run.strict = asked.question.strict;
  run.overrides = asked.overrides;
  run.overrides.push_back(asked.question.vary.assignment(value));
  return run.replay_command(asked.file);
}

/// What breaks, without the details that follow a semicolon.
std::string in_short(const solve::breakage& why) {
  return text_report::escaped(why.refused() ? "the file is refused"
                                            : why.seen.substr(0, why.seen.find("; ")));
}

/// `holds up to 49m59s, fails from 50m (20,001 leases at 50m, at most 20,000)`.
std::string verdict_words(const solve::variation& vary, const solve::solution& found) {
  const auto text = [&](std::int64_t value) { return vary.text(value); };
  const auto& [below, above] = std::tie(found.below, found.above);
  if (!found.found.holds)
    return fmt::format("holds with none of {} values from {} to {} ({})", found.found.tried,
                       text(vary.low), text(vary.high), in_short(below->why));
  const auto [first, last] = *found.found.holds;
  if (!below && !above)
    return fmt::format("holds from {} to {}: with all {} values tried", text(first), text(last),
                       found.found.tried);
  if (!below)
    return fmt::format("holds up to {}, fails from {} ({})", text(last), text(last + 1),
                       in_short(above->why));
  if (!above)
    return fmt::format("holds from {}, fails up to {} ({})", text(first), text(first - 1),
                       in_short(below->why));
  return fmt::format("holds from {} to {}, fails up to {} ({}) and from {} ({})", text(first),
                     text(last), text(first - 1), in_short(below->why), text(last + 1),
                     in_short(above->why));
}

void print_broken(std::ostream& out, const solve_arguments& asked,
                  const solve::broken_value& broken) {
  const auto& why = broken.why;
  out << "\nwith " << asked.question.vary.text(broken.value);
  if (!why.refused()) {
    out << ", " << text_report::escaped(asked.file);
    if (why.line > 0)
      out << ':' << why.line;
    out << ": " << text_report::escaped(why.what);
  }
  out << "\n  " << text_report::escaped(why.seen) << '\n';
  if (!why.cause.empty() && why.seen.find(why.cause) == std::string::npos)
    out << "  because " << text_report::escaped(why.cause) << '\n';
  out << "  again: " << again(asked, broken.value) << '\n';
}

void print_solution(std::ostream& out, const solve_arguments& asked, const solve::solution& found) {
  const auto& vary = asked.question.vary;
  out << verdict_words(vary, found) << '\n';
  const auto& gaps = found.found.also_holds;
  if (!gaps.empty()) {
    constexpr std::size_t shown_max = 4;
    out << "not monotone: it also holds with ";
    for (std::size_t i = 0; i < std::min(gaps.size(), shown_max); ++i)
      out << (i == 0 ? "" : ", ") << vary.text(gaps[i]);
    out << (gaps.size() > shown_max ? ", …" : "") << ", with values between that fail\n";
  }
  if (!found.found.settled)
    out << "each look found another gap: the answer is one of many\n";
  for (const auto* side : {&found.below, &found.above})
    if (*side)
      print_broken(out, asked, **side);
  if (found.found.holds && (found.below || found.above))
    out << fmt::format("\n{} values tried, four of them on each side of a boundary to see whether "
                       "it is the only one\n",
                       found.found.tried);
}

// -- as JSON -------------------------------------------------------------------------

json value_json(const solve::variation& vary, std::int64_t value) {
  json result{{"text", vary.text(value)}};
  result[vary.durations() ? "ns" : "number"] = vary.durations() ? vary.unit.count() * value : value;
  return result;
}

json broken_json(const solve::variation& vary, const std::optional<solve::broken_value>& broken) {
  if (!broken)
    return nullptr;
  const auto& why = broken->why;
  json result{{"value", value_json(vary, broken->value)},
              {"refused", why.refused()},
              {"what", why.what},
              {"seen", why.seen},
              {"cause", why.cause},
              {"line", why.line}};
  json_report::put_time(result, "at", why.at);
  return result;
}

json solution_json(const solve_arguments& asked, const solve::solution& what) {
  const auto& vary = asked.question.vary;
  const auto& found = what.found;
  json result{{"schema_version", 1},
              {"source", asked.file},
              {"scenario", what.scenario},
              {"key", vary.key},
              {"low", value_json(vary, vary.low)},
              {"high", value_json(vary, vary.high)},
              {"want", asked.question.want == solve::wanted::largest ? "largest" : "smallest"},
              {"verdict", !found.holds               ? "none"
                          : what.below || what.above ? "boundary"
                                                     : "all"}};
  result["holds"] = found.holds ? json{{"first", value_json(vary, found.holds->first)},
                                       {"last", value_json(vary, found.holds->last)}}
                                : json(nullptr);
  result["below"] = broken_json(vary, what.below);
  result["above"] = broken_json(vary, what.above);
  auto others = json::array();
  for (const auto value : found.also_holds)
    others.push_back(value_json(vary, value));
  result["monotone"] = found.also_holds.empty() && found.settled && !(what.below && what.above);
  result["also_holds"] = std::move(others);
  result["tried"] = found.tried;
  return result;
}

} // namespace

command_manual solve_manual() {
  command_manual result{
      .synopsis = {"solve FILE --vary KEY=LOW..HIGH [OPTION]..."},
      .description =
          "Finds the largest (or smallest) value of a key with which a scenario holds: with\n"
          "which `lapse run` would exit with 0. KEY is as for `--set` of `lapse run`; LOW and\n"
          "HIGH are durations or whole numbers. The boundary is found by bisection, to the\n"
          "second or to the unit of a number; what breaks beyond it is shown. Then four more\n"
          "values are tried on each side, and where they contradict it says so.\n",
      .options = po::options_description("options"),
      .examples = {"lapse solve app.yaml --vary auth.approle.roles.web.token_ttl=10m..4h",
                   "lapse solve app.yaml --vary server.revocation_workers=1..200 --want smallest"},
      .statuses = {{"0", "a boundary was found, or the scenario holds with all values tried"},
                   {"1", "it holds with none of the values tried"},
                   {"2", "usage or input error"}},
      .choices = {{"want", {"largest", "smallest"}}, {"format", {"text", "json"}}},
      .reads = {"yaml"},
  };
  result.options.add_options()("vary", po::value<std::string>()->value_name("KEY=LOW..HIGH"),
                               "the key, and the values between which to search")(
      "want", po::value<std::string>()->value_name("WHICH")->default_value("largest"),
      "the `largest` value that holds, or the `smallest`")(
      "format", po::value<std::string>()->value_name("FORMAT")->default_value("text"),
      "text or json")("seed", po::value<std::string>()->value_name("N"),
                      "draw values of ranges and jitter from this seed")(
      "set", po::value<texts>()->composing()->value_name("KEY=VALUE"),
      "override a plain value of the file, as for `lapse run`")(
      "strict", "a value holds only if `lapse run --strict` would pass")("help,h",
                                                                         "print this help");
  return result;
}

int solve_command(const command_words& words) {
  const auto manual = solve_manual();
  const auto values = read_arguments(solve_name, words, manual.options, "file", true);
  if (values.count("help") != 0) {
    print_help(std::cout, manual);
    return 0;
  }
  auto asked = read_solve_arguments(values);
  const auto text = read_scenario(solve_name, asked.file);
  progress_line progress(values_about(asked.question.vary), "values");
  asked.question.progress = [&](std::size_t done) { progress.show(done); };
  const auto found =
      solve::solve(text, asked.file, loading_of(asked.file, asked.overrides), asked.question);
  progress.hide();
  if (!found)
    refuse_scenario(solve_name, asked.file, found.error());
  if (asked.as_json)
    std::cout << printed(solution_json(asked, *found));
  else
    print_solution(std::cout, asked, *found);
  return found->found.holds ? 0 : 1;
}

} // namespace lapse::cli
