#include "sim/cli/command_manual.hpp"
#include "sim/cli/report_formats.hpp"
#include "sim/cli/report_outlets.hpp"
#include "sim/cli/serve_options.hpp"
#include "sim/cli/session_record.hpp"
#include "sim/cli/termination.hpp"

#include <csignal>
#include <iostream>

namespace lapse::cli {

namespace {

serve::made_report make_report(std::string_view name, std::ostream& out) {
  const auto* format = find_report_format(name);
  if (format == nullptr)
    return {};
  run_facts about;
  about.file = "session.yaml";
  out << format->head;
  return {format->make(out, about), format->foot};
}

int serve_with(const serve_arguments& arguments) {
  auto options = arguments.serve;
  options.make_report = make_report;
  report_outlets outlets(arguments.reports);
  session_record record{options.record, arguments.taken};
  options.leave = [&record](serve::served_world& world) { record.write(world); };
  bool written = true;
  const auto end = [&](serve::served_world& world) {
    // The server took the first signal and let go of them; a second one leaves no temporary file.
    for (const auto signal : {SIGINT, SIGTERM})
      end_cleanly_on(signal);
    record.write(world);
    if (arguments.reports.reports.empty())
      return;
    auto reports = outlets.open(0);
    const bool held = world.repeat(reports->readers(), true);
    reports->finish();
    outlets.take(*reports, held);
    written = outlets.commit();
  };
  const auto status = serve::serve(options, end, std::cout, std::cerr);
  return written && record.whole() ? status : 2;
}

} // namespace

int serve_command(const command_words& words) {
  const auto arguments = read_serve_arguments(words);
  if (!arguments.help)
    return serve_with(arguments);
  print_help(std::cout, serve_manual());
  return 0;
}

int server_command(const command_words& words) {
  const auto arguments = read_server_arguments(words);
  if (!arguments.help)
    return serve_with(arguments);
  print_help(std::cout, server_manual());
  return 0;
}

} // namespace lapse::cli
