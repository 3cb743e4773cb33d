#include "sim/explain/explain.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/explain_access.hpp"
#include "sim/cli/explain_print.hpp"
#include "sim/cli/named_files.hpp"
#include "sim/document/nearest.hpp"
#include "sim/language/loader.hpp"
#include "sim/rules/catalogue.hpp"

#include <filesystem>
#include <iostream>
#include <optional>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

using texts = std::vector<std::string>;

instant time_of(const std::string& text) {
  auto time = time_since_start(text);
  if (!time)
    refuse("explain",
           "--at takes a time since the start such as 90m, not " + document::in_quotes(text));
  return *time;
}

std::uint64_t seed_of(const std::string& text) {
  auto number = whole_number(text);
  if (!number)
    refuse("explain", "--seed takes a whole number from 0, not " + document::in_quotes(text));
  return *number;
}

[[noreturn]] void fail_to_load(const std::string& file,
                               const std::vector<document::load_error>& errors) {
  for (const auto& error : errors)
    std::cerr << to_string(error) << '\n';
  throw usage_error{"explain: " + document::in_quotes(file) + " does not load"};
}

std::string text_of(const std::string& file) {
  auto text = language::read_scenario_file(file);
  if (!text)
    fail_to_load(file, text.error());
  return *std::move(text);
}

plan::plan load(const std::string& file, const std::string& text, const texts& overrides) {
  language::load_options options;
  options.overrides = overrides;
  options.folder = std::filesystem::path{file}.parent_path().string();
  options.rule_ids = rules::rule_ids();
  auto loaded = language::load_scenario(text, file, options);
  if (!loaded)
    fail_to_load(file, loaded.error());
  return *std::move(loaded);
}

/// What follows the file, for the forms that explain a request; none: it is not one of them.
std::optional<std::string> explain_request(const po::variables_map& values, const texts& named,
                                           const texts& overrides) {
  const auto refusal = values.count("refusal") != 0;
  const auto as = values.count("as") != 0;
  const auto capabilities = values.count("capabilities") != 0;
  if (!refusal && !as && !capabilities)
    return std::nullopt;
  if (int{refusal} + int{as} + int{capabilities} > 1)
    refuse("explain", "--refusal, --as and --capabilities are different questions; keep one");
  if (values["format"].as<std::string>() != "text")
    refuse("explain", "--refusal, --as and --capabilities answer as text; leave out --format");
  if (refusal && values.count("at") != 0)
    refuse("explain", "--refusal names a request, which has its time; leave out --at");
  if (named.size() != (refusal ? 1u : 2u))
    refuse("explain", refusal        ? "--refusal takes one file and nothing else"
                      : capabilities ? "--capabilities takes one file and one path"
                                     : "--as takes one file and one request, such as 'read kv/a'");
  const auto source = text_of(named[0]);
  const auto what = load(named[0], source, overrides);
  const auto seed = values.count("seed") != 0
                        ? std::optional{seed_of(values["seed"].as<std::string>())}
                        : std::nullopt;
  const auto fail = [](const explain::explain_error& error) -> std::string {
    throw usage_error{"explain: " + error.text};
  };
  if (refusal) {
    const auto number = whole_number(values["refusal"].as<std::string>());
    if (!number || *number == 0)
      refuse("explain", "--refusal takes a number from 1, not " +
                            document::in_quotes(values["refusal"].as<std::string>()));
    const auto told = explain::explain_refusal(what, *number, seed);
    return told ? access_text(*told, named[0], source) : fail(told.error());
  }
  explain::access_question asked;
  asked.seed = seed;
  if (values.count("at") != 0)
    asked.at = time_of(values["at"].as<std::string>());
  if (capabilities) {
    asked.handle = values["capabilities"].as<std::string>();
    asked.path = named[1];
    const auto told = explain::explain_capabilities(what, asked);
    return told ? capabilities_text(told->first, told->second, named[0], source)
                : fail(told.error());
  }
  asked.handle = values["as"].as<std::string>();
  const auto space = named[1].find(' ');
  asked.verb = named[1].substr(0, space);
  if (space == std::string::npos || !explain::is_access_verb(asked.verb))
    refuse("explain", document::in_quotes(named[1]) +
                          " is no request; write a verb and a path, such as 'read kv/a'");
  asked.path = named[1].substr(space + 1);
  const auto told = explain::explain_access(what, asked);
  return told ? access_text(*told, named[0], source) : fail(told.error());
}

} // namespace

command_manual explain_manual() {
  command_manual result{
      .synopsis = {"explain FILE HANDLE [OPTION]...", "explain FILE --refusal N [OPTION]...",
                   "explain FILE --as HANDLE 'VERB PATH' [OPTION]...",
                   "explain FILE --capabilities HANDLE PATH [OPTION]..."},
      .description =
          "Shows what would end if a token or lease of a scenario were revoked, what would\n"
          "live on and why, and what bounds its life: when it ends if left alone and if\n"
          "everything is renewed, which of its ancestors decides that, and from when on a\n"
          "renewal grants less.\n"
          "\n"
          "Nothing is computed from rules: lapse runs the scenario up to that time, as often\n"
          "as needed, and then really revokes or renews the token or lease, or leaves it\n"
          "alone. Later steps never run.\n"
          "\n"
          "Of a request it shows why it was refused, or who lets it in: which rule decided,\n"
          "of which policy and where, and what would let it in.\n",
      .options = po::options_description("options"),
      .examples = {"lapse explain scenarios/tour/01-keys-die-with-the-token.yaml app",
                   "lapse explain scenarios/tour/05-logins.yaml amy --at 5h",
                   "lapse explain scenarios/tour/06-leases-of-secrets.yaml first --format json",
                   "lapse explain scenarios/tour/04-policies.yaml --refusal 1",
                   "lapse explain scenarios/tour/04-policies.yaml --as ben 'read kv/team/motto'"},
      .statuses = {{"0", "explained"},
                   {"2", "usage or input error: no such file or handle, or it does not live then"}},
      .choices = {{"format", {"text", "json"}}},
      .reads = {"yaml"},
  };
  result.options.add_options()(
      "at", po::value<std::string>()->value_name("T"),
      "the time in question, counted from the start, such as 90m; steps at that time have run. By "
      "default that of the last step at which the token or lease is alive")(
      "format", po::value<std::string>()->value_name("FORMAT")->default_value("text"),
      "text or json")("seed", po::value<std::string>()->value_name("N"),
                      "draw values of ranges and jitter from this seed")(
      "set", po::value<texts>()->value_name("KEY=VALUE"),
      "override a plain value of the file, as for `lapse run`")(
      "refusal", po::value<std::string>()->value_name("N"),
      "why the Nth refused request of the run was refused")(
      "as", po::value<std::string>()->value_name("HANDLE"),
      "whether this token may make the request `VERB PATH`, and why; VERB is read, list, write, "
      "delete, patch or scan")("capabilities", po::value<std::string>()->value_name("HANDLE"),
                               "what this token may do with PATH, and why no more")(
      "all", "text: every row, not only the first 30")("help,h", "print this help");
  return result;
}

int explain_command(const command_words& words) {
  const auto manual = explain_manual();
  auto values = read_arguments("explain", words, manual.options, "words");
  if (values.count("help") != 0) {
    print_help(std::cout, manual);
    return 0;
  }
  auto named = values.count("words") != 0 ? values["words"].as<texts>() : texts{};
  if (named.empty())
    refuse("explain", "names no scenario file");
  const auto overrides = values.count("set") != 0 ? values["set"].as<texts>() : texts{};
  if (const auto told = explain_request(values, named, overrides)) {
    std::cout << *told;
    return 0;
  }
  if (named.size() == 1)
    refuse("explain", "names no handle; `lapse explain FILE root` always works");
  if (named.size() > 2)
    refuse("explain",
           "takes one file and one handle, and " + document::in_quotes(named[2]) + " is too much");
  auto format = values["format"].as<std::string>();
  if (format != "text" && format != "json")
    refuse("explain", "unknown format " + document::in_quotes(format) +
                          document::did_you_mean(format, {"text", "json"}) +
                          "; formats are text and json");
  explain::explain_question asked;
  asked.handle = named[1];
  if (values.count("at") != 0)
    asked.at = time_of(values["at"].as<std::string>());
  if (values.count("seed") != 0)
    asked.seed = seed_of(values["seed"].as<std::string>());
  auto what = load(named[0], text_of(named[0]), overrides);
  auto answer = explain::explain(what, asked);
  if (!answer)
    throw usage_error{"explain: " + answer.error().text};
  const auto& told = *answer;
  if (format == "json")
    std::cout << explain_json(told).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << '\n';
  else
    std::cout << explain_text(told, {colours_wanted(), values.count("all") != 0});
  return 0;
}

} // namespace lapse::cli
