#include "sim/explain/explain.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/explain_access.hpp"
#include "sim/cli/explain_print.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iostream>
#include <limits>
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

plan::plan load(const std::string& file, const std::string& text, const texts& overrides) {
  auto loaded = language::load_scenario(text, file, loading_of(file, overrides));
  if (!loaded)
    refuse_scenario("explain", file, loaded.error());
  return *std::move(loaded);
}

/// What was asked, after the options that all forms of the command have.
struct question {
  const po::variables_map& values;
  texts named; ///< the file, and what follows it
  std::optional<std::uint64_t> seed;
  std::optional<instant> at;
  bool json = false;
  explain_print_options print;
};

template <class Told>
const Told& checked(const tl::expected<Told, explain::explain_error>& told) {
  if (!told)
    throw usage_error{"explain: " + told.error().text};
  return *told;
}

// -- forms -----------------------------------------------------------------------------

std::string of_handle(const question& q, const plan::plan& what, const std::string&) {
  const auto told = explain::explain(what, {q.named[1], q.at, q.seed});
  return q.json ? printed(explain_json(checked(told))) : explain_text(checked(told), q.print);
}

std::string of_access(const question& q, const explain::explained_access& told,
                      const std::string& source) {
  const auto place = place_of_rule(told, q.named[0], source);
  return q.json ? printed(access_json(told, place)) : access_text(told, place);
}

std::string of_refusal(const question& q, const plan::plan& what, const std::string& source) {
  const auto number =
      number_between("explain", q.values, "refusal", 1, std::numeric_limits<std::uint64_t>::max());
  if (q.at)
    refuse("explain", "--refusal names a request, which has its time; leave out --at");
  return of_access(q, checked(explain::explain_refusal(what, *number, q.seed)), source);
}

std::string of_request(const question& q, const plan::plan& what, const std::string& source) {
  const auto& text = q.named[1];
  const auto space = text.find(' ');
  explain::access_question asked{
      q.values["as"].as<std::string>(), q.at, text.substr(0, space), {}, q.seed};
  if (space == std::string::npos || !explain::is_access_verb(asked.verb))
    refuse("explain", document::in_quotes(text) +
                          " is no request; write a verb and a path, such as 'read kv/a'");
  asked.path = text.substr(space + 1);
  return of_access(q, checked(explain::explain_access(what, asked)), source);
}

std::string of_capabilities(const question& q, const plan::plan& what, const std::string& source) {
  const auto told = explain::explain_capabilities(
      what, {q.values["capabilities"].as<std::string>(), q.at, {}, q.named[1], q.seed});
  const auto& [capabilities, read] = checked(told);
  const auto place = place_of_rule(read, q.named[0], source);
  if (!q.json)
    return capabilities_text(capabilities, read, place);
  auto document = access_json(read, place);
  document["capabilities"] = capabilities;
  return printed(document);
}

template <explain::path_question::kind Kind>
std::string of_path(const question& q, const plan::plan& what, const std::string&) {
  constexpr const char* option = Kind == explain::path_question::kind::prefix  ? "prefix"
                                 : Kind == explain::path_question::kind::mount ? "mount"
                                                                               : "disable";
  const auto told =
      explain::explain_path(what, {Kind, q.values[option].as<std::string>(), q.at, q.seed});
  return q.json ? printed(path_json(checked(told))) : path_text(checked(told), q.print);
}

/// A form of the command by the option that asks for it.
struct form {
  const char* option; ///< null: a handle follows the file
  std::size_t words;  ///< that stand beside the options
  const char* takes;
  std::string (*answer)(const question&, const plan::plan&, const std::string& source);
};

using path_kind = explain::path_question::kind;
constexpr form handle_form{nullptr, 2, "takes one file and one handle", of_handle};
constexpr form forms[] = {
    {"refusal", 1, "--refusal takes one file and nothing else", of_refusal},
    {"as", 2, "--as takes one file and one request, such as 'read kv/a'", of_request},
    {"capabilities", 2, "--capabilities takes one file and one path", of_capabilities},
    {"prefix", 1, "--prefix takes one file and nothing else", of_path<path_kind::prefix>},
    {"mount", 1, "--mount takes one file and nothing else", of_path<path_kind::mount>},
    {"disable", 1, "--disable takes one file and nothing else", of_path<path_kind::disable>}};

const form& form_of(const po::variables_map& values) {
  const form* result = &handle_form;
  for (const auto& one : forms) {
    if (values.count(one.option) == 0)
      continue;
    if (result != &handle_form)
      refuse("explain", fmt::format("--{} and --{} are different questions; keep one",
                                    result->option, one.option));
    result = &one;
  }
  return *result;
}

void check_words(const form& asked, const texts& named) {
  if (named.empty())
    refuse("explain", "names no scenario file");
  if (asked.option == nullptr && named.size() == 1)
    refuse("explain", "names no handle; `lapse explain FILE root` always works");
  if (named.size() == asked.words)
    return;
  refuse("explain", named.size() < asked.words
                        ? std::string{asked.takes}
                        : fmt::format("{}, and {} is too much", asked.takes,
                                      document::in_quotes(named[asked.words])));
}

} // namespace

command_manual explain_manual() {
  command_manual result{
      .synopsis = {"explain FILE HANDLE [OPTION]...", "explain FILE --refusal N [OPTION]...",
                   "explain FILE --as HANDLE 'VERB PATH' [OPTION]...",
                   "explain FILE --capabilities HANDLE PATH [OPTION]...",
                   "explain FILE --prefix PREFIX [OPTION]...",
                   "explain FILE --mount MOUNT [OPTION]...",
                   "explain FILE --disable MOUNT [OPTION]..."},
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
          "Of a path it shows the same with whatever was given out below it: if the prefix were\n"
          "revoked, or the mount disabled.\n"
          "\n"
          "Of a request it shows why it was refused, or who lets it in: which rule decided,\n"
          "of which policy and where, and what would let it in.\n",
      .options = po::options_description("options"),
      .examples = {"lapse explain scenarios/tour/01-keys-die-with-the-token.yaml app",
                   "lapse explain scenarios/tour/05-logins.yaml amy --at 5h",
                   "lapse explain scenarios/tour/06-leases-of-secrets.yaml first --format json",
                   "lapse explain scenarios/tour/06-leases-of-secrets.yaml --prefix database/creds",
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
      "whether this token (`none`: nobody's) may make the request `VERB PATH`, and why; VERB is "
      "read, list, write, delete, patch or scan")(
      "capabilities", po::value<std::string>()->value_name("HANDLE"),
      "what this token may do with PATH, and why no more")(
      "prefix", po::value<std::string>()->value_name("PREFIX"),
      "what would die if all that was given out below this path were revoked")(
      "mount", po::value<std::string>()->value_name("MOUNT"),
      "what would die if all that this mount gave out were revoked")(
      "disable", po::value<std::string>()->value_name("MOUNT"),
      "what would die if this mount were disabled")(
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
  const auto named = values.count("words") != 0 ? values["words"].as<texts>() : texts{};
  const auto overrides = values.count("set") != 0 ? values["set"].as<texts>() : texts{};
  const auto& asked = form_of(values);
  check_words(asked, named);
  question q{values,
             named,
             number_between("explain", values, "seed", 0, seed_max),
             {},
             wants_json("explain", values),
             {colours_wanted(), values.count("all") != 0}};
  if (values.count("at") != 0)
    q.at = time_of(values["at"].as<std::string>());
  const auto source = read_scenario("explain", named[0]);
  std::cout << asked.answer(q, load(named[0], source, overrides), source);
  return 0;
}

} // namespace lapse::cli
