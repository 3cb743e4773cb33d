#include "sim/serve/serve.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>

namespace lapse::serve {

namespace {

std::string address_text(const http_options& options, std::uint16_t port) {
  const bool six = options.address.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", options.tls.certificate.empty() ? "http" : "https",
                     six ? "[" : "", options.address, six ? "]" : "", port);
}

} // namespace

int serve(const serve_options& options, const std::vector<lives::event_reader*>& readers,
          std::ostream& out, std::ostream& err) {
  const auto complain = [&](const std::vector<std::string>& lines) {
    for (const auto& line : lines)
      err << line << '\n';
    return 2;
  };
  auto mode = read_clock_mode(options.clock);
  if (!mode)
    return complain({"lapse: serve: " + mode.error()});
  auto scenario = session_scenario::read(options.file, options.root_token);
  if (!scenario)
    return complain(scenario.error());
  inbox letters;
  // The world is made and destroyed on this thread.
  desk desk{options, std::move(*scenario), std::move(*mode), letters};
  if (auto made = desk.open(readers); !made)
    return complain(made.error());
  auto server = http_server::listen(options.http, letters);
  if (!server)
    return complain({"lapse: serve: " + server.error()});
  out << "listening on " << address_text(options.http, (*server)->port()) << '\n'
      << "Unseal Key: " << unseal_key << '\n'
      << "Root Token: " << desk.world().root_token() << '\n'
      << std::flush;
  const bool held = desk.run();
  (*server)->close();
  (*server)->join();
  return held ? 0 : 1;
}

} // namespace lapse::serve
