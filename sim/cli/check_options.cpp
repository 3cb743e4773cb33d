#include "sim/cli/check_options.hpp"

#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/ids.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/named_files.hpp"
#include "sim/document/nearest.hpp"
#include "sim/document/read_document.hpp"
#include "sim/explore/proof.hpp"
#include "sim/language/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

using texts = std::vector<std::string>;

constexpr std::uint64_t runs_max = 1'000'000'000;
constexpr std::uint64_t sampled_runs = 1'000;
constexpr std::uint64_t exhaustive_runs = 1'000'000;

/// What `--strategy` takes.
constexpr std::array<std::string_view, 7> strategy_names{"auto",  "random", "pct",       "pos",
                                                         "delay", "mix",    "exhaustive"};

po::options_description option_list() {
  po::options_description options("options");
  options.add_options()("runs", po::value<std::string>()->value_name("N"),
                        "sampled runs of each scenario (1000; exhaustive: at most 1000000)")(
      "time", po::value<std::string>()->value_name("T"),
      "start no run after this much real time, e.g. 30s; how many runs that allows differs by "
      "machine")("seed", po::value<std::string>()->value_name("S"),
                 "a number, or commit:HASH for the seed of a commit (0)")(
      "strategy", po::value<std::string>()->value_name("NAME"),
      "auto: every history where a budget allows it, else mix; random, pct, pos, delay, mix (half "
      "random, the rest the other three), or exhaustive: every history, once per class of "
      "equivalent ones (auto)")(
      "jobs", po::value<std::string>()->value_name("J"),
      "make J runs in parallel (default: all cores); the results are the same for any J")(
      "shard", po::value<std::string>()->value_name("K/N"),
      "only shard K of N of the runs, K from 1; by default taken from the environment of Slurm "
      "arrays, Kubernetes indexed jobs (with LAPSE_SHARDS), GitLab and Buildkite parallel jobs; "
      "LAPSE_SHARDS=N also says of how many one Slurm task is that is done again alone")(
      "merge",
      "FILEs are the --json reports of all shards: combine them into one verdict, and keep "
      "what failed; an exhaustive search, of which each shard may spend --runs, is complete only "
      "if "
      "no shard stopped and all together stayed within --runs")(
      "strict",
      "in every history, refusals that no `expect` speaks of, warnings, and a file that expects "
      "nothing are failures, as for `lapse run`")(
      "generate", "no FILE: search random estates and command sequences")(
      "verify-determinism", "run everything twice and compare the choices")(
      "tries", po::value<std::string>()->value_name("N"),
      "shrink a failing case with at most N tries (500)")(
      "shrink-time", po::value<std::string>()->value_name("T"),
      "shrink for at most this much real time; the result may then differ by machine")(
      "failures", po::value<std::string>()->value_name("FOLDER"),
      "where failing cases are kept, to be tried first the next time; empty: nowhere "
      "(.lapse/failures)")("junit", po::value<std::string>()->value_name("PATH"),
                           "write a JUnit XML file")(
      "json", po::value<std::string>()->value_name("PATH"),
      "write all results as JSON; what --merge reads")("help,h", "print this help");
  return options;
}

// -- values --------------------------------------------------------------------------

std::optional<std::chrono::nanoseconds> span_of(const po::variables_map& values, const char* name) {
  if (values.count(name) == 0)
    return std::nullopt;
  const auto& text = values[name].as<std::string>();
  const auto value = parse_duration(text);
  if (!value || *value <= duration::zero() || *value > std::chrono::hours{24 * 365})
    refuse("check", fmt::format("--{} takes a time such as 30s or 5m, not {}", name,
                                document::in_quotes(text)));
  return *value;
}

/// The number behind a seed. A hash cut to another length is another seed.
std::uint64_t seed_of(const std::string& text) {
  constexpr std::string_view commit = "commit:";
  if (text.starts_with(commit)) {
    auto hash = std::string_view{text}.substr(commit.size());
    auto hex = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    if (hash.size() < 4 || hash.size() > 64 || !std::all_of(hash.begin(), hash.end(), hex))
      refuse("check", "--seed commit:HASH takes 4 to 64 hexadecimal digits, not " +
                          document::in_quotes(std::string{hash}));
    std::uint64_t sum = 0x636f6d6d6974ULL;
    for (char c : hash)
      sum = derive(sum, static_cast<unsigned char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
    return sum;
  }
  auto number = whole_number(text);
  if (!number)
    refuse("check",
           "--seed takes a whole number from 0 to 18446744073709551615 or commit:HASH, not " +
               document::in_quotes(text));
  return *number;
}

void read_strategy(const std::string& name, check_arguments& result) {
  if (std::find(strategy_names.begin(), strategy_names.end(), name) == strategy_names.end())
    refuse("check",
           "unknown strategy " + document::in_quotes(name) +
               document::did_you_mean(name, {strategy_names.begin(), strategy_names.end()}) +
               "; strategies are " + listed(strategy_names));
  result.strategy_name = name;
  for (auto kind : {explore::sampling::random, explore::sampling::pct, explore::sampling::pos,
                    explore::sampling::delay})
    if (name == to_string(kind))
      result.strategy = kind;
}

// -- shards --------------------------------------------------------------------------

struct shard_share {
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
};

shard_share checked(std::optional<std::uint64_t> shard, std::optional<std::uint64_t> shards,
                    const std::string& source) {
  constexpr std::uint64_t shards_max = 100'000;
  if (!shard || !shards || *shards < 1 || *shards > shards_max || *shard < 1 || *shard > *shards)
    refuse("check",
           source + " names no share K of N, K from 1 to N; say it with --shard K/N (1/1 for all)");
  return {*shard, *shards};
}

shard_share shard_of(const std::string& text) {
  auto slash = text.find('/');
  if (slash == std::string::npos)
    refuse("check", "--shard takes K/N such as 2/8, not " + document::in_quotes(text));
  return checked(whole_number(text.substr(0, slash)), whole_number(text.substr(slash + 1)),
                 "--shard " + document::in_quotes(text));
}

/// What the engine that started us says, if it is one we know.
shard_share shard_of_environment(const char* (*environment)(const char*)) {
  auto read = [&](const char* name) -> std::optional<std::uint64_t> {
    const auto* value = environment(name);
    return value == nullptr ? std::nullopt : whole_number(value);
  };
  auto is_set = [&](const char* name) { return environment(name) != nullptr; };
  auto plus_one = [](std::optional<std::uint64_t> n) {
    return n ? std::optional{*n + 1} : std::nullopt;
  };
  constexpr const char* tasks[] = {"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"};
  if (is_set("LAPSE_SHARDS") && std::none_of(std::begin(tasks), std::end(tasks), is_set))
    refuse("check", "LAPSE_SHARDS says of how many shards this is one, but neither "
                    "SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX says which; say it with "
                    "--shard K/N (1/1 for all)");
  if (is_set("SLURM_ARRAY_TASK_ID") && is_set("LAPSE_SHARDS"))
    return checked(read("SLURM_ARRAY_TASK_ID"), read("LAPSE_SHARDS"),
                   "SLURM_ARRAY_TASK_ID with LAPSE_SHARDS");
  if (is_set("SLURM_ARRAY_TASK_ID") && is_set("SLURM_ARRAY_TASK_COUNT")) {
    if (read("SLURM_ARRAY_TASK_COUNT") == 1 && read("SLURM_ARRAY_TASK_ID").value_or(0) > 1)
      refuse("check",
             "SLURM_ARRAY_TASK_ID is that of one task out of an array, but not of how many; "
             "set LAPSE_SHARDS to the size of the array (numbered from 1) to do one of "
             "its tasks again, or use --shard K/N (1/1 for all)");
    auto first = read("SLURM_ARRAY_TASK_MIN").value_or(0);
    auto step = std::max<std::uint64_t>(read("SLURM_ARRAY_TASK_STEP").value_or(1), 1);
    auto id = read("SLURM_ARRAY_TASK_ID");
    auto number = id && *id >= first ? std::optional{(*id - first) / step + 1} : std::nullopt;
    return checked(number, read("SLURM_ARRAY_TASK_COUNT"), "SLURM_ARRAY_TASK_ID");
  }
  if (is_set("JOB_COMPLETION_INDEX")) {
    if (!is_set("LAPSE_SHARDS"))
      refuse("check",
             "JOB_COMPLETION_INDEX says that this is one of several jobs but not of how many; set "
             "LAPSE_SHARDS to the job's completions, or use --shard K/N (1/1 for all)");
    return checked(plus_one(read("JOB_COMPLETION_INDEX")), read("LAPSE_SHARDS"),
                   "JOB_COMPLETION_INDEX with LAPSE_SHARDS");
  }
  if (is_set("CI_NODE_INDEX") && is_set("CI_NODE_TOTAL"))
    return checked(read("CI_NODE_INDEX"), read("CI_NODE_TOTAL"),
                   "CI_NODE_INDEX with CI_NODE_TOTAL");
  if (is_set("BUILDKITE_PARALLEL_JOB") && is_set("BUILDKITE_PARALLEL_JOB_COUNT"))
    return checked(plus_one(read("BUILDKITE_PARALLEL_JOB")), read("BUILDKITE_PARALLEL_JOB_COUNT"),
                   "BUILDKITE_PARALLEL_JOB");
  return {};
}

/// The number by which the engine that started us tells its tasks apart.
std::optional<std::uint64_t> task_of_environment(const char* (*environment)(const char*)) {
  for (const auto* name :
       {"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "BUILDKITE_PARALLEL_JOB"})
    if (const auto* value = environment(name))
      return whole_number(value);
  return std::nullopt;
}

/// Whether the file's name ends with the number of this task and another task's file stands beside
/// it: `app-7.yaml` of task 7, and `app-8.yaml`.
bool is_one_of_array(const std::string& file, std::uint64_t task) {
  const std::filesystem::path path{file};
  const auto stem = path.stem().string();
  const auto digits = stem.size() - (stem.find_last_not_of("0123456789") + 1);
  const auto number = whole_number(stem.substr(stem.size() - digits));
  if (digits == 0 || !number || *number != task)
    return false;
  for (auto other : {task + 1, task - std::min<std::uint64_t>(task, 1)}) {
    auto name = fmt::format("{}{:0{}}{}", stem.substr(0, stem.size() - digits), other, digits,
                            path.extension().string());
    std::error_code error;
    if (other != task && std::filesystem::exists(path.parent_path() / name, error))
      return true;
  }
  return false;
}

/// An array with one file per task would search a part of each.
void refuse_array_over_files(const std::vector<std::string>& files, std::uint64_t shards,
                             const char* (*environment)(const char*)) {
  const auto task = task_of_environment(environment);
  if (shards > 1 && files.size() == 1 && task && is_one_of_array(files.front(), *task))
    refuse("check",
           fmt::format("{} looks like the file of task {} alone, of which this would search one "
                       "part in {}; --shard 1/1 searches it whole, --shard K/N says that the task "
                       "is a part",
                       document::in_quotes(files.front()), *task, shards));
}

/// Outputs must not overwrite inputs, nor each other.
void check_outputs(const check_arguments& arguments) {
  if (arguments.junit.empty() && arguments.json.empty())
    return;
  auto seen = scenario_places(arguments.files);
  for (const auto& file : arguments.merge)
    seen.insert(place_of(file));
  for (const auto& path : {arguments.junit, arguments.json}) {
    if (path.empty())
      continue;
    auto fault = claim_output(path, seen);
    if (fault == output_fault::folder)
      refuse("check", fmt::format("cannot write to {}: it is a folder", document::in_quotes(path)));
    if (fault == output_fault::taken)
      refuse("check", fmt::format("{} is read too, or named twice: nothing would be left of it",
                                  document::in_quotes(path)));
  }
}

/// Whether the file wants to be searched only where it is named itself.
bool waits_to_be_named(const std::string& file) {
  const auto text = language::read_scenario_file(file);
  if (!text || text->find("when_named") == std::string::npos)
    return false;
  const auto read = document::read_document(*text);
  const auto* check = read ? read->scalar("check") : nullptr;
  return check != nullptr && check->text == "when_named";
}

void choose_files(const std::vector<std::string>& named, check_arguments& into) {
  for (auto& file : resolve_files(named, ".yaml"))
    if (std::find(named.begin(), named.end(), file) == named.end() && waits_to_be_named(file))
      into.left_out.push_back(std::move(file));
    else
      into.files.push_back(std::move(file));
  if (into.files.empty())
    refuse("check", "all files there say `check: when_named`; name the one to search");
}

} // namespace

check_arguments read_check_arguments(const command_words& words,
                                     const char* (*environment)(const char*)) {
  auto options = option_list();
  auto values = read_arguments("check", words, options, "file");
  check_arguments result;
  result.help = values.count("help") != 0;
  if (result.help)
    return result;
  read_strategy(text_of(values, "strategy", "auto"), result);
  const auto exhaustive = result.strategy_name == "exhaustive";
  result.runs = number_between("check", values, "runs", 1, runs_max)
                    .value_or(exhaustive ? exhaustive_runs : sampled_runs);
  if (result.strategy_name == "auto" && values.count("runs") == 0)
    result.deliveries = explore::sampled_deliveries_max;
  result.time = span_of(values, "time");
  result.seed_text = text_of(values, "seed", "0");
  result.seed = seed_of(result.seed_text);
  result.jobs = number_between("check", values, "jobs", 1, jobs_max).value_or(cores());
  result.tries = number_between("check", values, "tries", 0, 1'000'000).value_or(500);
  result.shrink_time = span_of(values, "shrink-time");
  result.verify_determinism = values.count("verify-determinism") != 0;
  result.generate = values.count("generate") != 0;
  result.strict = values.count("strict") != 0;
  result.failures = text_of(values, "failures", ".lapse/failures");
  result.junit = text_of(values, "junit", "");
  result.json = text_of(values, "json", "");
  auto named = values.count("file") != 0 ? values["file"].as<texts>() : texts{};
  if (values.count("merge") != 0) {
    if (named.empty())
      refuse("check", "--merge takes the --json reports of all shards");
    result.merge = named;
  } else {
    auto share = values.count("shard") != 0 ? shard_of(values["shard"].as<std::string>())
                                            : shard_of_environment(environment);
    result.shard = share.shard;
    result.shards = share.shards;
    if (result.generate && !named.empty())
      refuse("check", "--generate makes its own scenarios and takes no FILE");
    if (result.generate && result.strict)
      refuse("check", "--generate draws what a server may refuse; --strict takes a FILE");
    if (result.generate && exhaustive)
      refuse("check", "--generate draws estates; --strategy exhaustive takes a FILE");
    if (!result.generate && named.empty())
      refuse("check", "names no scenario file; --generate searches random estates");
    if (!named.empty())
      choose_files(named, result);
    if (values.count("shard") == 0)
      refuse_array_over_files(result.files, result.shards, environment);
  }
  check_outputs(result);
  return result;
}

command_manual check_manual() {
  return {
      .synopsis = {"check FILE... [OPTION]...", "check --generate [OPTION]...",
                   "check --merge REPORT... [OPTION]..."},
      .description =
          "Searches the histories of scenarios: the orders of what happens at the same time\n"
          "(`together`, equal deadlines, the messages of a cascade), and values of ranges.\n"
          "By default it proves what it can: where every history is seen within a budget (10000\n"
          "runs and 2000000 deliveries a file), `verified: N traces, complete` is the verdict.\n"
          "Where not, it samples at most --runs runs or 1000000 deliveries, and says so. Ranges "
          "are\n"
          "tried at their ends and where they meet other times, then drawn.\n"
          "All rules of `lapse rules`, properties and expectations must hold in each history;\n"
          "a `sometimes` must be reached in at least one. A failing history is shrunk to a\n"
          "small scenario that `lapse run` replays.\n",
      .options = option_list(),
      .examples = {"lapse check app.yaml",
                   "lapse check scenarios --runs 200 --seed commit:1a2b3c4 --verify-determinism",
                   "lapse check app.yaml --strategy exhaustive",
                   "lapse check --generate --runs 100000",
                   "lapse check app.yaml --shard 2/8 --json part-2.json",
                   "lapse check --merge part-*.json"},
      .statuses = {{"0", "everything held in every history searched"},
                   {"1", "a rule, a property (also a `sometimes` that was never reached) or an "
                         "expectation failed"},
                   {"2", "usage or input error, an output that could not be written, or an "
                         "interruption"},
                   {"3", "two runs with the same choices differed"},
                   {"4", "an exhaustive search stopped at its budget"}},
      .several_files = true,
      .choices = {{"strategy", {strategy_names.begin(), strategy_names.end()}}},
      .reads = {"yaml", "json"},
  };
}

} // namespace lapse::cli
