#include "sim/cli/report_outlets.hpp"

#include "actors/protocol/visible_text.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/report_limits.hpp"
#include "sim/cli/report_paths.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

namespace lapse::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void cannot_write(const std::string& path, const std::string& error) {
  throw usage_error{fmt::format("cannot write the report {}: {}", path, error)};
}

/// Reports of runs that held leave the second half of a page to those of runs that did not.
constexpr std::size_t held_share = 2;
/// For the line that counts what was left out.
constexpr std::size_t count_bytes_max = 200;

} // namespace

// -- one run -----------------------------------------------------------------------

std::vector<lives::event_reader*> run_reports::readers() const {
  std::vector<lives::event_reader*> result;
  for (const auto& one : pieces_)
    result.push_back(one.reader.get());
  return result;
}

void run_reports::finish() {
  for (auto& one : pieces_) {
    // What a report keeps of its run is needed no longer, while its text may still wait.
    one.reader.reset();
    if (!one.file)
      continue;
    one.file->stream() << one.foot;
    if (auto error = one.file->commit(); !error.empty())
      problems_.emplace_back(one.path, std::move(error));
    one.file.reset();
  }
}

// -- all runs ----------------------------------------------------------------------

report_outlets::report_outlets(const run_arguments& arguments) : arguments_(arguments) {
  for (const auto& report : arguments.reports) {
    auto& to = places_.emplace_back();
    to.request = report;
    if (report.path.empty()) {
      on_output_ = true;
      continue;
    }
    to.folder = names_folder(report.path);
    to.paths = report_files(report, arguments.files);
    std::error_code error;
    if (to.folder) {
      fs::create_directories(report.path, error);
      if (error)
        cannot_write(report.path, error.message());
      continue;
    }
    to.file = std::make_unique<output::atomic_file>();
    if (auto problem = to.file->open(report.path); !problem.empty())
      cannot_write(report.path, problem);
  }
}

std::ostream& report_outlets::stream(place& of) { return of.file ? of.file->stream() : std::cout; }

void report_outlets::begin(place& of) {
  if (std::exchange(of.begun, true))
    return;
  stream(of) << of.request.format->head;
  of.bytes += of.request.format->head.size();
}

run_facts report_outlets::facts(std::size_t scenario) const {
  run_facts result;
  result.file = arguments_.files[scenario];
  result.replay_command = arguments_.replay_command(result.file);
  result.all = arguments_.all;
  result.audit_hash = arguments_.audit_hash;
  result.at = arguments_.at;
  return result;
}

std::unique_ptr<run_reports> report_outlets::open(std::size_t scenario, const plan::plan* what) {
  auto result = std::make_unique<run_reports>();
  auto about = facts(scenario);
  if (what != nullptr)
    about.limits = limits_of(*what);
  bool output_taken = false;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    auto& to = places_[i];
    run_reports::piece one;
    one.place = i;
    auto* out = &std::cout;
    auto taken = !to.file && !to.folder && std::exchange(output_taken, true);
    if (to.folder) {
      one.path = to.paths[scenario];
      one.file = std::make_unique<output::atomic_file>();
      if (auto problem = one.file->open(one.path); !problem.empty())
        cannot_write(one.path, problem);
      out = &one.file->stream();
      *out << to.request.format->head;
      one.foot = to.request.format->foot;
    } else if (arguments_.files.size() > 1 || taken) {
      // Reports stream; what shares a place with another waits until that has ended.
      one.waiting = std::make_unique<output::spool>();
      out = &one.waiting->stream();
    } else {
      out = &stream(to);
      begin(to);
    }
    about.colour = to.paths.empty() && colours_wanted();
    about.several = arguments_.files.size() > 1 && !to.folder;
    one.reader = to.request.format->make(*out, about);
    result->pieces_.push_back(std::move(one));
  }
  return result;
}

void report_outlets::take(run_reports& of, bool held) {
  for (auto& one : of.pieces_) {
    places_[one.place].used = true;
    if (one.waiting)
      append(places_[one.place], *std::exchange(one.waiting, nullptr), held);
  }
  for (const auto& [path, error] : of.problems_)
    problem(path, error);
}

void report_outlets::append(place& to, output::spool& what, bool held) {
  begin(to);
  const auto bytes_max = to.request.format->bytes_max;
  if (bytes_max > 0) {
    const auto room = (held ? bytes_max / held_share : bytes_max) - count_bytes_max;
    if (to.bytes + what.size() > room) {
      ++to.left_out;
      to.left_out_failed += !held;
      return;
    }
  }
  to.bytes += what.size();
  if (auto error = what.append_to(stream(to)); !error.empty()) {
    problem(to.request.path.empty() ? "on standard output" : to.request.path, error);
    to.broken = true;
  }
}

void report_outlets::refuse(std::size_t scenario, const std::vector<std::string>& errors) {
  for (auto& to : places_) {
    const auto& format = *to.request.format;
    if (format.refused == nullptr)
      continue;
    const auto& name = arguments_.files[scenario];
    if (!to.folder) {
      begin(to);
      to.used = true;
      format.refused(stream(to), name, errors);
      continue;
    }
    auto error = output::write_whole(to.paths[scenario], [&](std::ostream& out) {
      out << format.head;
      format.refused(out, name, errors);
      out << format.foot;
    });
    if (!error.empty())
      problem(to.paths[scenario], error);
  }
}

void report_outlets::problem(const std::string& path, const std::string& error) {
  std::cerr << "lapse: cannot write the report " << visible_text(path) << ": "
            << visible_text(error) << '\n';
  all_written_ = false;
}

bool report_outlets::commit() {
  for (auto& to : places_) {
    if (!to.used || to.folder || to.broken)
      continue;
    if (to.left_out > 0)
      stream(to) << fmt::format("\n… and {} more scenarios, {} of them failed\n", to.left_out,
                                to.left_out_failed);
    stream(to) << to.request.format->foot;
    if (!to.file)
      continue;
    if (auto error = to.file->commit(); !error.empty())
      problem(to.request.path, error);
  }
  return all_written_;
}

} // namespace lapse::cli
