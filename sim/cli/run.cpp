#include "sim/cli/run_options.hpp"

#include "actors/protocol/visible_text.hpp"
#include "reports/markdown/inline_text.hpp"
#include "reports/markdown/markdown_report.hpp"
#include "reports/text/summary_line.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/github.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/report_formats.hpp"
#include "sim/cli/report_outlets.hpp"
#include "sim/cli/run_progress.hpp"
#include "sim/explore/ordered_work.hpp"
#include "sim/language/loader.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/run/runner.hpp"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <sstream>
#include <utility>

namespace lapse::cli {

namespace {

/// The result of one file, kept until it is its turn to be printed.
struct file_result {
  /// Null: it was not run.
  std::unique_ptr<run_reports> reports;
  bool held = false;
  /// The summary line.
  std::string line;
  std::vector<std::string> errors;
  /// For a job of GitHub Actions: lines of its log, and a part of its page.
  std::string github_lines;
  std::string github_page;
};

/// Where summary lines go: standard output, or standard error if a report takes that.
std::ostream* line_stream(const run_arguments& arguments, const report_outlets& out) {
  if (arguments.files.size() < 2 && out.on_output())
    return nullptr;
  return out.on_output() ? &std::cerr : &std::cout;
}

/// Runs one file in a simulation of its own; runs share nothing but the outlets of reports.
class file_run {
public:
  file_run(const run_arguments& arguments, report_outlets& out)
    : arguments_(arguments), out_(out), lines_(line_stream(arguments, out)) {}

  [[nodiscard]] file_result operator()(std::size_t number) const {
    const auto& file = arguments_.files[number];
    language::load_options loading;
    loading.overrides = arguments_.overrides;
    loading.rule_ids = rules::rule_ids();
    auto loaded = language::load_scenario_file(file, loading);
    if (!loaded)
      return refused(loaded.error());
    const auto& what = *loaded;
    file_result result;
    result.reports = out_.open(number, &what);
    std::ostringstream line;
    text_report::summary_line summary(line, lines_ == &std::cout && colours_wanted());
    run::run_options options;
    options.seed = arguments_.seed;
    options.until = arguments_.until;
    options.strict = arguments_.strict;
    options.readers = result.reports->readers();
    if (lines_ != nullptr)
      options.readers.push_back(&summary);
    std::ostringstream github_lines;
    github_errors errors(github_lines);
    if (github_job())
      options.readers.push_back(&errors);
    std::ostringstream github_page;
    markdown::markdown_report page(github_page, {arguments_.replay_command(file), true});
    if (github_summary_wanted())
      options.readers.push_back(&page);
    // Several files are counted (below).
    run_progress progress(arguments_.files.size() == 1);
    options.readers.push_back(&progress);
    auto outcome = run::run_plan(what, options);
    if (!outcome.setup_errors.empty())
      return refused(load_errors(what.source, outcome.setup_errors));
    result.reports->finish();
    result.held = outcome.held();
    result.line = line.str();
    result.github_lines = github_lines.str();
    result.github_page = github_page.str();
    if (!result.held)
      result.line += "      again: " + arguments_.replay_command(file) + '\n';
    return result;
  }

private:
  static file_result refused(const std::vector<document::load_error>& errors) {
    file_result result;
    for (const auto& error : errors) {
      result.errors.push_back(to_string(error));
      if (github_job())
        result.github_lines += github_error(error.file, error.at, error.text);
      if (github_summary_wanted())
        result.github_page += "- ERROR " + markdown::code_cell(result.errors.back()) + '\n';
    }
    return result;
  }

  static std::vector<document::load_error>
  load_errors(const std::string& file, const std::vector<run::setup_error>& errors) {
    std::vector<document::load_error> result;
    for (const auto& error : errors)
      result.push_back({file, error.where, error.text});
    return result;
  }

  const run_arguments& arguments_;
  report_outlets& out_;
  std::ostream* lines_;
};

/// Prints the results of the files, in their order.
class verdicts {
public:
  verdicts(const run_arguments& arguments, report_outlets& out)
    : arguments_(arguments), out_(out), lines_(line_stream(arguments, out)) {}

  void take(std::size_t number, file_result result) {
    (out_.on_output() ? std::cerr : std::cout) << result.github_lines;
    if (github_page_.size() + result.github_page.size() <= github_page_bytes_max)
      github_page_ += result.github_page;
    if (!result.reports)
      return refuse(number, result.errors);
    out_.take(*result.reports, result.held);
    ++(result.held ? held_ : failed_);
    if (lines_ != nullptr)
      *lines_ << result.line;
  }

  /// Completes the reports. Returns the exit status.
  [[nodiscard]] int end() {
    if (arguments_.files.size() > 1 && lines_ != nullptr)
      *lines_ << fmt::format("{} passed, {} failed, {} with errors\n", held_, failed_, wrong_);
    const auto told = append_github_summary("run", [&](std::ostream& out) {
      out << "### lapse run\n\n" << github_page_;
    });
    if (!out_.commit() || !told)
      return 2;
    return wrong_ > 0 ? 2 : failed_ > 0 ? 1 : 0;
  }

private:
  void refuse(std::size_t number, const std::vector<std::string>& errors) {
    ++wrong_;
    for (const auto& error : errors)
      std::cerr << error << '\n';
    out_.refuse(number, errors);
    if (lines_ != nullptr)
      *lines_ << "ERROR " << visible_text(arguments_.files[number]) << "  not run\n";
  }

  const run_arguments& arguments_;
  report_outlets& out_;
  std::ostream* lines_;
  /// GitHub refuses pages above 1 MiB.
  static constexpr std::size_t github_page_bytes_max = 900'000;
  std::string github_page_;
  std::size_t held_ = 0;
  std::size_t failed_ = 0;
  std::size_t wrong_ = 0;
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
    print_help(std::cout, run_manual());
    return 0;
  }
  add_default_report(arguments);
  report_outlets out(arguments);
  const file_run run(arguments, out);
  verdicts told(arguments, out);
  std::vector<file_result> results(arguments.files.size());
  progress_line progress(results.size(), "scenarios");
  const explore::ordered_work work{
      [&](std::size_t i) { results[i] = run(i); },
      [&](std::size_t i) {
        progress.hide();
        told.take(i, std::exchange(results[i], {}));
        return true;
      },
      [&](std::size_t done) { progress.show(done); },
  };
  work.run(results.size(), arguments.jobs);
  progress.hide();
  return told.end();
}

} // namespace lapse::cli
