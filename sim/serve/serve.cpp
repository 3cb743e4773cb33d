#include "sim/serve/serve.hpp"

#include "actors/protocol/visible_text.hpp"
#include "sim/serve/dev_tls.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>

namespace lapse::serve {

namespace {

constexpr std::size_t failure_bytes_max = 1000;

std::string address_text(const http_options& options, std::uint16_t port) {
  const bool six = options.address.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}",
                     options.tls.certificate.empty() && !options.make_tls ? "http" : "https",
                     six ? "[" : "", options.address, six ? "]" : "", port);
}

} // namespace

int serve(const serve_options& options, const session_end& end, std::ostream& out,
          std::ostream& err) {
  const auto complain = [&](const std::vector<std::string>& lines) {
    for (const auto& line : lines)
      err << line << '\n';
    return 2;
  };
  auto mode = read_clock_mode(options.clock);
  if (!mode)
    return complain({"lapse: serve: " + mode.error()});
  auto scenario = session_scenario::read(options.file, options.root_token, options.kv_version);
  if (!scenario)
    return complain(scenario.error());
  inbox letters;
  // The world is made and destroyed on this thread.
  desk desk{options, std::move(*scenario), std::move(*mode), letters};
  if (auto made = desk.open(); !made)
    return complain(made.error());
  auto http = options.http;
  if (!options.dev_tls.empty())
    http.make_tls = [&] { return make_dev_tls(options.dev_tls, http.address); };
  auto server = http_server::listen(http, letters);
  if (!server)
    return complain({"lapse: serve: " + server.error()});
  out << "listening on " << address_text(http, (*server)->port()) << '\n'
      << "Unseal Key: " << unseal_key << '\n'
      << "Root Token: " << desk.world().root_token() << '\n'
      << std::flush;
  desk.run();
  letters.close();
  (*server)->close();
  (*server)->join();
  for (const auto& [what, count] : desk.unmodelled().all())
    err << fmt::format("lapse: not modelled, asked {} times: {} {}: {}\n", count, what.first,
                       what.second, unmodelled_requests::reason_of(what.second));
  if (end)
    end(desk.world());
  if (desk.end())
    return 0;
  err << "lapse: serve: not all held; first: "
      << visible_line(desk.world().first_failure(), failure_bytes_max) << '\n';
  return 1;
}

} // namespace lapse::serve
