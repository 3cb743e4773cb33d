#include "sim/cli/serve_options.hpp"

#include "sim/cli/arguments.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/named_files.hpp"
#include "sim/cli/report_paths.hpp"
#include "sim/document/nearest.hpp"
#include "sim/serve/dev_tls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

constexpr const char* serve_name = "serve";

po::options_description serve_option_list() {
  po::options_description options("options");
  options.add_options()("listen", po::value<std::string>()->value_name("ADDRESS:PORT"),
                        "where to listen (127.0.0.1:8200); port 0 takes a free one")(
      "root-token", po::value<std::string>()->value_name("ID"),
      "the id of the root token")("clock", po::value<std::string>()->value_name("MODE"),
                                  "how time moves: real, frozen, follow, scaled=N or skip (real)")(
      "sleepers", po::value<std::string>()->value_name("N"),
      "skip: N clients must sleep before time jumps (1)")(
      "strict-clock", "follow: refuse requests that are older than the clock")(
      "until", po::value<std::string>()->value_name("T"),
      "where the clock stops; the server goes on")(
      "report", po::value<std::vector<std::string>>()->composing()->value_name("FORMAT[=PATH]"),
      "when it ends, write a report of the session, as `lapse run` has them")(
      "record", po::value<std::string>()->value_name("PATH"),
      "when it ends, write a transcript of it for `lapse conform`; after a reset the next goes to "
      "NAME.2.jsonl and so on")("control-token", po::value<std::string>()->value_name("T"),
                                "what requests below /lapse/ must bring along as X-Lapse-Token")(
      "tls-cert", po::value<std::string>()->value_name("PATH"), "serve TLS with this certificate")(
      "tls-key", po::value<std::string>()->value_name("PATH"), "and this key")(
      "dev-tls", po::value<std::string>()->value_name("FOLDER"),
      "serve TLS with a CA of its own: ca.pem, cert.pem and key.pem in FOLDER")("help,h",
                                                                                "print this help");
  return options;
}

manual_rows serve_statuses() {
  return {{"0", "everything held until it was stopped"},
          {"1", "an expectation, a property or a rule failed"},
          {"2", "usage or input error, or it cannot listen"}};
}

/// `127.0.0.1:8200`, `:8200`, `[::1]:8200`, `localhost:8200`.
void read_address(const std::string& text, serve::http_options& into) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos
                        ? std::nullopt
                        : whole_number(std::string_view{text}.substr(colon + 1));
  if (!port || *port > std::numeric_limits<std::uint16_t>::max())
    refuse(serve_name, "--listen takes an address and a port such as 127.0.0.1:8200, not " +
                           document::in_quotes(text));
  into.port = static_cast<std::uint16_t>(*port);
  auto address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  into.address = address == "localhost" ? "127.0.0.1" : address.empty() ? "0.0.0.0" : address;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

void check(const serve::serve_options& options) {
  if (!is_loopback(options.http.address) && options.control_token.empty())
    refuse(serve_name,
           fmt::format("listening on {}, where others can reach it, needs --control-token",
                       options.http.address));
  if (options.http.tls.certificate.empty() != options.http.tls.key.empty())
    refuse(serve_name, "--tls-cert and --tls-key belong together");
  if (!options.dev_tls.empty() && !options.http.tls.certificate.empty())
    refuse(serve_name, "--dev-tls makes a certificate of its own: leave out --tls-cert");
}

/// @param taken places of what is read, and of what is written beside it
void check_record(const std::string& path, std::set<std::string>& taken) {
  if (path.empty())
    return;
  const auto fault = claim_output(path, taken);
  if (fault == output_fault::folder)
    refuse(serve_name, fmt::format("cannot write a transcript to {}: it is a folder",
                                   document::in_quotes(path)));
  if (fault == output_fault::taken)
    refuse(
        serve_name,
        fmt::format("{} is read, a report, or what --dev-tls writes: nothing would be left of it",
                    document::in_quotes(path)));
}

/// What is not said on the command line.
void from_environment(serve::serve_options& into, bool has_address) {
  if (into.root_token.empty())
    into.root_token = first_variable({"BAO_DEV_ROOT_TOKEN_ID", "VAULT_DEV_ROOT_TOKEN_ID"});
  const auto address = first_variable({"BAO_DEV_LISTEN_ADDRESS", "VAULT_DEV_LISTEN_ADDRESS"});
  if (!has_address && !address.empty())
    read_address(address, into.http);
}

/// A flag of the real server, as Go reads them.
struct server_flag {
  std::string name;
  std::optional<std::string> value;
};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

bool is_on(const server_flag& flag) { return flag.value.value_or("true") != "false"; }

server_flag flag_of(const std::string& word) {
  const auto name = word.substr(word.starts_with("--") ? 2 : 1);
  const auto equals = name.find('=');
  if (equals == std::string::npos)
    return {name, std::nullopt};
  return {name.substr(0, equals), name.substr(equals + 1)};
}

} // namespace

serve_arguments read_serve_arguments(const command_words& words) {
  auto options = serve_option_list();
  auto values = read_arguments(serve_name, words, options, "file", true);
  serve_arguments result;
  result.help = values.count("help") != 0;
  if (result.help)
    return result;
  auto& into = result.serve;
  into.file = text_of(values, "file", {});
  into.root_token = text_of(values, "root-token", {});
  into.clock = text_of(values, "clock", into.clock);
  into.control_token = text_of(values, "control-token", {});
  into.http.tls = {text_of(values, "tls-cert", {}), text_of(values, "tls-key", {})};
  into.dev_tls = text_of(values, "dev-tls", {});
  into.strict_clock = values.count("strict-clock") != 0;
  if (values.count("listen") != 0)
    read_address(values["listen"].as<std::string>(), into.http);
  from_environment(into, values.count("listen") != 0);
  into.sleepers = number_between(serve_name, values, "sleepers", 1, into.http.connections_max)
                      .value_or(into.sleepers);
  if (values.count("until") != 0) {
    const auto text = values["until"].as<std::string>();
    const auto time = time_since_start(text);
    if (!time)
      refuse(serve_name,
             "--until takes a time since the start such as 90m, not " + document::in_quotes(text));
    into.until = *time;
  }
  into.record = text_of(values, "record", {});
  result.reports.files = {into.file.empty() ? "session.yaml" : into.file};
  if (values.count("report") != 0)
    for (const auto& text : values["report"].as<std::vector<std::string>>())
      result.reports.reports.push_back(read_report(serve_name, text));
  result.taken = check_report_paths(result.reports);
  if (!into.record.empty() || !into.dev_tls.empty())
    result.taken.merge(scenario_places(result.reports.files));
  for (const auto& file : {into.http.tls.certificate, into.http.tls.key})
    if (!file.empty())
      result.taken.insert(place_of(file));
  if (!into.dev_tls.empty())
    for (const auto& file : serve::dev_tls_paths(into.dev_tls))
      if (claim_output(file, result.taken) == output_fault::taken)
        refuse(serve_name, fmt::format("--dev-tls writes {}, which is read, or a report",
                                       document::in_quotes(file)));
  check_record(into.record, result.taken);
  if (auto mode = serve::read_clock_mode(into.clock); !mode)
    refuse(serve_name, "--clock: " + mode.error());
  check(into);
  return result;
}

serve_arguments read_server_arguments(const command_words& words) {
  serve_arguments result;
  bool dev = false;
  bool tls = false;
  std::string tls_folder;
  bool has_address = false;
  auto& into = result.serve;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-'))
      refuse("server", "takes flags alone, not " + document::in_quotes(words[i]));
    auto flag = flag_of(words[i]);
    const auto value = [&] {
      if (!flag.value && i + 1 < words.size())
        flag.value = words[++i];
      if (!flag.value)
        refuse("server", "-" + flag.name + " needs a value");
      return *flag.value;
    };
    if (flag.name == "help" || flag.name == "h") {
      result.help = true;
      return result;
    }
    if (flag.name == "dev") {
      dev = is_on(flag);
    } else if (flag.name == "dev-root-token-id") {
      into.root_token = value();
    } else if (flag.name == "dev-listen-address") {
      read_address(value(), into.http);
      has_address = true;
    } else if (flag.name == "dev-tls") {
      tls = is_on(flag);
    } else if (flag.name == "dev-tls-cert-dir") {
      tls_folder = value();
    } else if (flag.name == "clock") {
      into.clock = value();
    } else if (flag.name == "control-token") {
      into.control_token = value();
    } else if (is_one_of(flag.name,
                         {"config", "log-level", "log-format", "log-file", "log-rotate-bytes",
                          "log-rotate-duration", "log-rotate-max-files", "dev-plugin-dir",
                          "dev-cluster-json", "dev-latency", "dev-latency-jitter"})) {
      static_cast<void>(value());
    } else if (flag.name == "dev-kv-v1") {
      dev = dev || is_on(flag);
      into.kv_version = is_on(flag) ? 1 : 2;
    } else if (flag.name == "dev-leased-kv") {
      if (is_on(flag))
        refuse("server", "-dev-leased-kv is not modelled: its secrets have leases");
    } else if (!is_one_of(flag.name,
                          {"dev-no-store-token", "dev-plugin-init", "dev-ha", "dev-auto-seal",
                           "dev-skip-init", "dev-three-node", "dev-transactional",
                           "exit-on-core-shutdown", "combine-logs"})) {
      refuse("server", "unknown flag " + document::in_quotes(words[i]));
    }
  }
  if (!dev && !tls)
    refuse("server", "runs a dev server only: give -dev");
  if (tls && tls_folder.empty())
    refuse("server", "-dev-tls needs -dev-tls-cert-dir, a folder for its certificates");
  if (tls)
    into.dev_tls = tls_folder;
  if (auto mode = serve::read_clock_mode(into.clock); !mode)
    refuse("server", "-clock: " + mode.error());
  from_environment(into, has_address);
  // What starts a dev server for others to reach may have no token to give.
  into.control_closed = !is_loopback(into.http.address) && into.control_token.empty();
  return result;
}

command_manual serve_manual() {
  return {
      .synopsis = {"serve [FILE] [OPTION]..."},
      .description =
          "Serves the HTTP API of a Vault or OpenBao server whose clock you hold. Without\n"
          "FILE it stands as `bao server -dev` does: a root token, and kv version 2 at\n"
          "secret/. With FILE the scenario's server stands at time 0, and its steps go on\n"
          "beside the requests of real clients. The first line on standard output says\n"
          "where it listens. SIGTERM ends it. BAO_DEV_ROOT_TOKEN_ID and\n"
          "BAO_DEV_LISTEN_ADDRESS, or those with VAULT_, stand for --root-token and --listen.\n",
      .options = serve_option_list(),
      .examples = {"lapse serve --root-token root",
                   "lapse serve estate.yaml --listen 127.0.0.1:0 --clock frozen",
                   "lapse serve --clock scaled=1000"},
      .statuses = serve_statuses(),
      .choices = {{"clock", {"real", "frozen", "follow", "skip"}}},
      .reads = {"yaml"},
  };
}

command_manual server_manual() {
  command_manual result{
      .synopsis = {"server -dev [FLAG]..."},
      .description =
          "The same as `serve` without FILE, with the flags of a dev server: -dev,\n"
          "-dev-root-token-id, -dev-listen-address, -dev-kv-v1, -dev-tls, -dev-tls-cert-dir. A\n"
          "link named vault or bao to lapse thus starts where a real one is expected. -clock\n"
          "MODE and -control-token T are those of `serve`; a real server's other flags have no\n"
          "effect.\n",
      .options = po::options_description("options"),
      .examples = {"lapse server -dev -dev-root-token-id=root"},
      .statuses = serve_statuses(),
  };
  result.options.add_options()("help,h", "print this help");
  return result;
}

} // namespace lapse::cli
