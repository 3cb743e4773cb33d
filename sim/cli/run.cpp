#include "sim/cli/run_options.hpp"

#include "reports/output/atomic_file.hpp"
#include "reports/text/summary_line.hpp"
#include "sim/cli/report_formats.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <utility>

#include <unistd.h>

namespace lapse {

namespace {

/// Colours belong on a terminal only, and nowhere if the user asks for none (no-color.org).
bool colours_wanted() {
  const char* none = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (none == nullptr || *none == '\0');
}

/// Where the reports of all runs go. Files get their names only when all is done.
class outlets {
public:
  explicit outlets(const run_arguments& arguments) : arguments_(arguments) {
    for (const auto& report : arguments.reports) {
      auto& place = places_.emplace_back();
      place.request = report;
      if (report.path.empty())
        continue;
      place.file = std::make_unique<atomic_file>();
      if (auto error = place.file->open(report.path); !error.empty())
        throw usage_error{fmt::format("cannot write the report {}: {}", report.path, error)};
    }
    auto open = [](const outlet& place) { return place.file == nullptr; };
    on_output_ = std::any_of(places_.begin(), places_.end(), open);
  }

  /// Whether a report has standard output for itself.
  [[nodiscard]] bool on_output() const noexcept { return on_output_; }

  /// Fresh reports of one run.
  [[nodiscard]] std::vector<std::unique_ptr<event_reader>> open(const std::string& file) {
    std::vector<std::unique_ptr<event_reader>> result;
    bool taken = false;
    for (auto& place : places_) {
      auto* out = &std::cout;
      if (place.file)
        out = &place.file->stream();
      else if (std::exchange(taken, true))
        // Reports stream; a second one on standard output waits for the first to end.
        out = &place.buffer.emplace();
      result.push_back(make(place, *out, file));
    }
    return result;
  }

  void run_over() {
    for (auto& place : places_) {
      if (place.buffer)
        std::cout << place.buffer->str();
      place.buffer.reset();
    }
  }

  /// False if a file could not be written; says so.
  [[nodiscard]] bool commit() {
    bool all = true;
    for (auto& place : places_) {
      if (!place.file)
        continue;
      if (auto error = place.file->commit(); !error.empty()) {
        std::cerr << "lapse: cannot write the report " << place.request.path << ": " << error
                  << '\n';
        all = false;
      }
    }
    return all;
  }

private:
  struct outlet {
    report_request request;
    std::unique_ptr<atomic_file> file;
    std::optional<std::ostringstream> buffer;
  };

  [[nodiscard]] std::unique_ptr<event_reader> make(const outlet& place, std::ostream& out,
                                                   const std::string& file) const {
    run_facts facts;
    facts.file = file;
    facts.replay_command = arguments_.replay_command(file);
    facts.colour = !place.file && colours_wanted();
    facts.all = arguments_.all;
    facts.audit_hash = arguments_.audit_hash;
    facts.several = arguments_.files.size() > 1;
    return place.request.format->make(out, facts);
  }

  const run_arguments& arguments_;
  std::vector<outlet> places_;
  bool on_output_ = false;
};

struct tally {
  std::size_t held = 0;
  std::size_t failed = 0;
  std::size_t wrong = 0;

  [[nodiscard]] int status() const noexcept { return wrong > 0 ? 2 : failed > 0 ? 1 : 0; }
};

/// Runs one file; its summary line, if it is to have one, goes to `lines`.
class file_run {
public:
  file_run(const run_arguments& arguments, outlets& out, std::ostream* lines, tally& counts)
    : arguments_(arguments), out_(out), lines_(lines), counts_(counts) {}

  void operator()(const std::string& file) {
    load_options loading;
    loading.overrides = arguments_.overrides;
    loading.rule_ids = rule_ids();
    auto loaded = load_scenario_file(file, loading);
    if (const auto* errors = std::get_if<std::vector<load_error>>(&loaded))
      return refuse(file, *errors);
    const auto& what = std::get<plan>(loaded);
    auto reports = out_.open(file);
    std::optional<summary_line> line;
    run_options options;
    options.seed = arguments_.seed;
    options.until = arguments_.until;
    for (auto& report : reports)
      options.readers.push_back(report.get());
    if (lines_ != nullptr)
      options.readers.push_back(&line.emplace(*lines_, lines_ == &std::cout && colours_wanted()));
    auto outcome = run_plan(what, options);
    if (!outcome.setup_errors.empty())
      return refuse(file, load_errors(what.source, outcome.setup_errors));
    out_.run_over();
    judge(file, outcome);
  }

private:
  void refuse(const std::string& file, const std::vector<load_error>& errors) {
    ++counts_.wrong;
    for (const auto& error : errors)
      std::cerr << to_string(error) << '\n';
    if (lines_ != nullptr)
      *lines_ << "ERROR " << file << "  not run\n";
  }

  void judge(const std::string& file, const run_outcome& outcome) {
    if (outcome.held()) {
      ++counts_.held;
      return;
    }
    ++counts_.failed;
    if (lines_ != nullptr)
      *lines_ << "      again: " << arguments_.replay_command(file) << '\n';
  }

  static std::vector<load_error> load_errors(const std::string& file,
                                             const std::vector<setup_error>& errors) {
    std::vector<load_error> result;
    for (const auto& error : errors)
      result.push_back({file, error.where, error.text});
    return result;
  }

  const run_arguments& arguments_;
  outlets& out_;
  std::ostream* lines_;
  tally& counts_;
};

/// One file, and nothing said about reports: the text report.
void add_default_report(run_arguments& arguments) {
  if (arguments.reports.empty() && arguments.files.size() == 1)
    arguments.reports.push_back({find_report_format("text"), {}});
}

} // namespace

int run_command(const command_words& words) {
  auto arguments = read_run_arguments(words);
  if (arguments.help) {
    print_run_help();
    return 0;
  }
  add_default_report(arguments);
  outlets out(arguments);
  // Lines go where no report is; beside a report on standard output they are talk.
  auto several = arguments.files.size() > 1;
  std::ostream* lines = nullptr;
  if (several || !out.on_output())
    lines = out.on_output() ? &std::cerr : &std::cout;
  tally counts;
  file_run run(arguments, out, lines, counts);
  for (const auto& file : arguments.files)
    run(file);
  if (several && lines != nullptr)
    *lines << fmt::format("{} passed, {} failed, {} with errors\n", counts.held, counts.failed,
                          counts.wrong);
  if (counts.held + counts.failed > 0 && !out.commit())
    return 2;
  return counts.status();
}

} // namespace lapse
