#include "actors/protocol/visible_text.hpp"
#include "reports/output/atomic_file.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/report_formats.hpp"
#include "sim/cli/report_outlets.hpp"
#include "sim/cli/serve_options.hpp"
#include "sim/cli/termination.hpp"
#include "sim/serve/transcript_writer.hpp"

#include <csignal>
#include <iostream>
#include <optional>

namespace lapse::cli {

namespace {

serve::made_report make_report(std::string_view name, std::ostream& out) {
  const auto* format = find_report_format(name);
  if (format == nullptr)
    return {};
  run_facts about;
  about.file = "session.yaml";
  about.replay_command = "lapse run session.yaml";
  out << format->head;
  return {format->make(out, about), format->foot};
}

/// None: none is wanted. Throws `usage_error`.
std::optional<output::atomic_file> open_transcript(const std::string& path) {
  if (path.empty())
    return std::nullopt;
  auto result = std::make_optional<output::atomic_file>();
  if (const auto error = result->open(path); !error.empty())
    throw usage_error{"transcript: " + visible_text(error)};
  return result;
}

int serve_with(const serve_arguments& arguments) {
  auto options = arguments.serve;
  options.make_report = make_report;
  report_outlets outlets(arguments.reports);
  // Before it listens: a session whose transcript has no place would be lost.
  auto transcript = open_transcript(arguments.serve.record);
  bool written = true;
  const auto record = [&](serve::served_world& world) {
    serve::transcript_writer writer(world.plan(), transcript->stream());
    world.repeat({&writer}, false);
    const auto error = transcript->commit();
    if (error.empty())
      return;
    std::cerr << "lapse: transcript: " << visible_text(error) << '\n';
    written = false;
  };
  const auto end = [&](serve::served_world& world) {
    // The server took the first signal and let go of them; a second one leaves no temporary file.
    for (const auto signal : {SIGINT, SIGTERM})
      end_cleanly_on(signal);
    if (transcript)
      record(world);
    if (arguments.reports.reports.empty())
      return;
    auto reports = outlets.open(0);
    const bool held = world.repeat(reports->readers(), true);
    reports->finish();
    outlets.take(*reports, held);
    written = outlets.commit() && written;
  };
  const auto status = serve::serve(options, end, std::cout, std::cerr);
  return written ? status : 2;
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
