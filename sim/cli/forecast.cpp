#include "sim/forecast/forecast.hpp"
#include "actors/ttl/duration.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/forecast_print.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <iostream>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

using texts = std::vector<std::string>;

constexpr const char* forecast_name = "forecast";
constexpr std::uint64_t limit_max = 1'000'000'000;
constexpr std::uint64_t seeds_max = 100;

forecast::forecast_question forecast_question_of(const po::variables_map& values) {
  forecast::forecast_question result;
  const auto horizon = values["horizon"].as<std::string>();
  const auto time = time_since_start(horizon);
  if (!time || *time == duration::zero() || *time > forecast::horizon_max)
    refuse(forecast_name,
           fmt::format("--horizon takes a duration above 0 such as 32d, at most {}, not {}",
                       ttl::readable_duration(forecast::horizon_max),
                       document::in_quotes(horizon)));
  result.horizon = *time;
  result.limit = static_cast<std::int64_t>(
      number_between(forecast_name, values, "limit", 1, limit_max).value());
  result.seeds = number_between(forecast_name, values, "seeds", 1, seeds_max).value();
  return result;
}

} // namespace

command_manual forecast_manual() {
  command_manual result{
      .synopsis = {"forecast FILE [OPTION]..."},
      .description =
          "Runs the clients and steps of a scenario up to a horizon and says what it comes\n"
          "to: lease records by source, the steady state and when a limit is passed, which\n"
          "TTL would keep it under; renewals a minute; what outages of five minutes to an\n"
          "hour would do. Two methods: the simulation, and arrival rate times life; where\n"
          "they differ by more than 5 % it says why.\n",
      .options = po::options_description("options"),
      .examples = {"lapse forecast scenarios/fleets/lease-explosion.yaml",
                   "lapse forecast app.yaml --horizon 7d --limit 20000 --seeds 1"},
      .statuses = {{"0", "forecast made"}, {"2", "usage or input error"}},
      .choices = {{"format", {"text", "json"}}},
      .reads = {"yaml"},
  };
  result.options.add_options()("horizon",
                               po::value<std::string>()->value_name("D")->default_value("32d"),
                               "how long to look ahead, at most 3660d")(
      "limit", po::value<std::string>()->value_name("N")->default_value("256000"),
      "how many lease records there may be")(
      "seeds", po::value<std::string>()->value_name("N")->default_value("5"),
      "runs with different seeds, for the band of peaks")(
      "format", po::value<std::string>()->value_name("FORMAT")->default_value("text"),
      "text or json")("set", po::value<texts>()->composing()->value_name("KEY=VALUE"),
                      "override a plain value of the file, as for `lapse run`")("help,h",
                                                                                "print this help");
  return result;
}

int forecast_command(const command_words& words) {
  const auto manual = forecast_manual();
  const auto values = read_arguments(forecast_name, words, manual.options, "file", true);
  if (values.count("help") != 0) {
    print_help(std::cout, manual);
    return 0;
  }
  if (values.count("file") == 0)
    refuse(forecast_name, "names no scenario file");
  const auto file = values["file"].as<std::string>();
  auto question = forecast_question_of(values);
  const bool as_json = wants_json(forecast_name, values);
  const auto text = read_scenario(forecast_name, file);
  const auto loading =
      loading_of(file, values.count("set") != 0 ? values["set"].as<texts>() : texts{});
  const auto loaded = language::load_scenario(text, file, loading);
  if (!loaded)
    refuse_scenario(forecast_name, file, loaded.error());
  const auto change = [&](const std::string& override) -> std::optional<plan::plan> {
    auto with = loading;
    with.overrides.push_back(override);
    auto changed = language::load_scenario(text, file, with);
    return changed ? std::optional{*std::move(changed)} : std::nullopt;
  };
  progress_line progress(question.seeds, "seeds");
  question.progress = [&](std::size_t done) { progress.show(done); };
  const auto found = forecast::forecast(*loaded, question, change);
  progress.hide();
  if (!found)
    refuse_scenario(forecast_name, file, found.error());
  std::cout << (as_json ? printed(forecast_json(*found)) : forecast_text(*found));
  return 0;
}

} // namespace lapse::cli
