// A small client of a served world's clock, for shells.

#include "actors/protocol/visible_text.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/commands.hpp"
#include "sim/document/nearest.hpp"
#include "sim/serve/ask.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>

namespace lapse::cli {

namespace po = boost::program_options;
using json = nlohmann::ordered_json;

namespace {

constexpr const char* clock_name = "clock";

std::string address_of(const po::variables_map& values) {
  if (values.count("address") != 0)
    return values["address"].as<std::string>();
  const auto said = first_variable({"LAPSE_ADDR", "BAO_ADDR", "VAULT_ADDR"});
  return said.empty() ? "http://127.0.0.1:8200" : said;
}

/// As the command line of the real thing has it.
serve::tls_trust trust_of(const po::variables_map& values) {
  const auto said = [&](const char* option, std::initializer_list<const char*> variables) {
    return text_of(values, option, first_variable(variables));
  };
  serve::tls_trust result;
  result.authority_file = said("ca-cert", {"BAO_CACERT", "VAULT_CACERT"});
  result.authority_folder = said("ca-path", {"BAO_CAPATH", "VAULT_CAPATH"});
  result.server_name = said("tls-server-name", {"BAO_TLS_SERVER_NAME", "VAULT_TLS_SERVER_NAME"});
  const auto skip = first_variable({"BAO_SKIP_VERIFY", "VAULT_SKIP_VERIFY"});
  static constexpr std::string_view yes[] = {"1", "t", "T", "true", "True", "TRUE"};
  result.everybody = values.count("tls-skip-verify") != 0 ||
                     std::find(std::begin(yes), std::end(yes), skip) != std::end(yes);
  return result;
}

/// What is asked; none for words that mean nothing.
std::optional<serve::http_request> request_of(const std::vector<std::string>& words) {
  serve::http_request result{"POST", "/lapse/clock/advance", {}, {}};
  if (words.empty())
    return serve::http_request{"GET", "/lapse/clock", {}, {}};
  if (words.size() == 1 && words[0] == "next")
    result.body = json{{"to", "next"}}.dump();
  else if (words.size() == 2 && words[0] == "advance")
    result.body = json{{time_since_start(words[1]) ? "by" : "to", words[1]}}.dump();
  else
    return std::nullopt;
  return result;
}

/// A server may say anything: no more of it than this goes to a terminal, and nothing that controls
/// one.
std::string shown(const std::string& text) { return visible_line(text, 1000); }

std::string member_text(const json& what, const char* key) {
  const auto value = what.find(key);
  if (value == what.end() || value->is_null())
    return "-";
  return shown(value->is_string() ? value->get<std::string>() : value->dump());
}

/// The text of an error.
std::string said_in(const json& body, const std::string& otherwise) {
  if (!body.is_object() || !body.contains("errors") || !body["errors"].is_array() ||
      body["errors"].empty() || !body["errors"].front().is_string())
    return shown(otherwise);
  return shown(body["errors"].front().get<std::string>());
}

void print(const json& clock) {
  std::cout << "now      " << member_text(clock, "now") << "\n"
            << "elapsed  " << member_text(clock, "elapsed") << '\n';
  if (clock.contains("mode"))
    std::cout << "mode     " << member_text(clock, "mode") << '\n';
  if (const auto next = clock.find("next"); next != clock.end() && next->is_object())
    std::cout << "next     in " << member_text(*next, "in") << ": " << member_text(*next, "what")
              << (next->value("whom", json{}).is_null() ? "" : " " + member_text(*next, "whom"))
              << '\n';
  if (const auto lines = clock.find("lines"); lines != clock.end())
    for (const auto& line : *lines)
      if (line.is_string())
        std::cout << shown(line.get<std::string>()) << '\n';
}

po::options_description clock_options() {
  po::options_description options("options");
  options.add_options()("address", po::value<std::string>()->value_name("URL"),
                        "where the server listens (LAPSE_ADDR, BAO_ADDR, VAULT_ADDR, "
                        "http://127.0.0.1:8200)")(
      "control-token", po::value<std::string>()->value_name("T"),
      "the server's --control-token")("ca-cert", po::value<std::string>()->value_name("PATH"),
                                      "https: authorities to believe (BAO_CACERT, VAULT_CACERT)")(
      "ca-path", po::value<std::string>()->value_name("FOLDER"),
      "https: a folder of them (BAO_CAPATH, VAULT_CAPATH)")(
      "tls-server-name", po::value<std::string>()->value_name("NAME"),
      "https: whose certificate it must be (BAO_TLS_SERVER_NAME, VAULT_TLS_SERVER_NAME)")(
      "tls-skip-verify",
      "https: believe anybody (BAO_SKIP_VERIFY, VAULT_SKIP_VERIFY)")("help,h", "print this help");
  return options;
}

} // namespace

command_manual clock_manual() {
  return {
      .synopsis = {"clock [OPTION]...", "clock advance DURATION|TIME [OPTION]...",
                   "clock next [OPTION]..."},
      .description = "Shows the clock of a served world, moves it, or moves it just past its next\n"
                     "deadline, and prints what happened on the way.\n",
      .options = clock_options(),
      .examples = {"lapse clock", "lapse clock advance 40m", "lapse clock next"},
      .statuses = {{"0", "done"},
                   {"1", "the server refused it"},
                   {"2", "usage error, or no server"}},
  };
}

int clock_command(const command_words& words) {
  auto options = clock_options();
  auto values = read_arguments(clock_name, words, options, "word");
  if (values.count("help") != 0) {
    print_help(std::cout, clock_manual());
    return 0;
  }
  const auto given = values.count("word") != 0 ? values["word"].as<std::vector<std::string>>()
                                               : std::vector<std::string>{};
  auto what = request_of(given);
  if (!what)
    refuse(clock_name, "takes nothing, `advance DURATION`, `advance TIME` or `next`, not " +
                           document::in_quotes(given.front()));
  if (values.count("control-token") != 0)
    what->headers.emplace_back("X-Lapse-Token", values["control-token"].as<std::string>());
  const auto reply = serve::ask(address_of(values), *what, trust_of(values));
  if (!reply)
    throw usage_error{"clock: " + reply.error()};
  const auto body = json::parse(reply->body, nullptr, false);
  if (reply->status != 200 || !body.is_object()) {
    std::cerr << "lapse: clock: " << reply->status << ' ' << said_in(body, reply->body) << '\n';
    return 1;
  }
  print(body);
  return 0;
}

} // namespace lapse::cli
