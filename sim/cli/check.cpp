#include "reports/text/cell.hpp"
#include "sim/cli/check_options.hpp"
#include "sim/cli/colours.hpp"
#include "sim/cli/command_manual.hpp"
#include "sim/cli/failure_folder.hpp"
#include "sim/cli/github.hpp"
#include "sim/cli/interruption.hpp"
#include "sim/cli/named_files.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/write_document.hpp"
#include "sim/engine/replay_strategy.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/explore/estate_generator.hpp"
#include "sim/explore/proof.hpp"
#include "sim/search/search_report.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

namespace lapse::cli {

namespace {

std::string strategy_of(const explore::failing_run& run) {
  if (run.exhaustive)
    return "exhaustive";
  if (run.recipe.strategy)
    return std::string{to_string(*run.recipe.strategy)};
  return run.recipe.interleave ? "first in first out" : "file order";
}

std::string strict_scenario(const std::string& text) {
  auto scenario = document::read_document(text);
  if (!scenario)
    return text;
  scenario->erase("strict");
  scenario->children.push_back(document::plain_entry("strict", "true"));
  return document::write_document(*scenario);
}

/// Searches one file after the other.
class checker {
public:
  checker(const check_arguments& arguments)
    : arguments_(arguments), kept_(arguments.failures), start_(std::chrono::steady_clock::now()) {}

  [[nodiscard]] search::search_case file(const std::string& path, std::size_t number) {
    search::search_case result;
    result.file = path;
    // Read once: what is shrunk in the end is what was searched, whoever edits the file meanwhile.
    auto read = language::read_scenario_file(path);
    if (!read)
      return refused(path, read.error());
    const auto& text = *read;
    const std::vector<std::string> strict{"strict=true"};
    auto loaded = language::load_scenario(
        text, path, loading_of(path, arguments_.strict ? strict : std::vector<std::string>{}));
    if (!loaded)
      return refused(path, loaded.error());
    const auto& what = *loaded;
    auto first = search::run_in_file_order(what);
    if (!first.errors.empty())
      return refused(path, first.errors);
    result.notes = std::move(first.notes);
    for (char c : text)
      result.scenario_hash = derive(result.scenario_hash, static_cast<unsigned char>(c));
    // A shard is a part of one search: --merge keeps its cases.
    if (arguments_.shards == 1)
      try_kept(what, result);
    auto options = options_of(number);
    progress_line progress(options.runs, "runs of " + path);
    options.progress = [&](std::uint64_t done) { progress.show(done); };
    std::optional<explore::failing_run> failed;
    if (arguments_.strategy_name == "auto")
      failed = proved(what, options, result);
    else if (arguments_.strategy_name == "exhaustive")
      failed = exhaustive(what, options, result);
    else
      failed = sampled(what, options, result);
    progress.hide();
    if (failed)
      explain_failure(text, path, *failed, result);
    return result;
  }

  [[nodiscard]] search::search_case generated() {
    search::search_case result;
    auto options = options_of(0);
    progress_line progress(options.runs, "generated estates");
    options.progress = [&](std::uint64_t done) { progress.show(done); };
    auto found = explore::search_generated(
        [](std::uint64_t seed) { return explore::generated_scenario(seed); }, options);
    progress.hide();
    auto failed = take(std::move(found), result);
    if (failed)
      explain_failure(explore::generated_scenario(failed->recipe.seed.value_or(0)), "", *failed,
                      result);
    return result;
  }

  /// Keeps the failing case of a merged search, as the search without shards would.
  void keep(search::search_case& merged) {
    if (merged.failed && !merged.failed->scenario.empty())
      keep(merged.file, *merged.failed);
  }

  /// Why the case looked at last was not run, with the places.
  [[nodiscard]] const std::vector<document::load_error>& errors() const noexcept { return errors_; }

  /// What could not be written, to tell after the verdicts.
  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

private:
  [[nodiscard]] search::search_case refused(const std::string& path,
                                            const std::vector<document::load_error>& errors) {
    errors_ = errors;
    search::search_case result;
    result.file = path;
    for (const auto& error : errors)
      result.errors.push_back(to_string(error));
    return result;
  }

  [[nodiscard]] explore::search_options options_of(std::size_t number) const {
    explore::search_options result;
    result.runs = arguments_.runs;
    result.deliveries = arguments_.deliveries;
    result.seed = arguments_.seed;
    result.jobs = arguments_.jobs;
    result.shard = arguments_.shard - 1;
    result.shards = arguments_.shards;
    result.strategy = arguments_.strategy;
    result.verify_determinism = arguments_.verify_determinism;
    result.interrupted = &interrupted();
    if (arguments_.time) {
      // Each file has its share of the time.
      auto files = static_cast<std::int64_t>(std::max<std::size_t>(arguments_.files.size(), 1));
      result.deadline = start_ + *arguments_.time * (static_cast<std::int64_t>(number) + 1) / files;
    }
    return result;
  }

  void try_kept(const plan::plan& what, search::search_case& result) const {
    for (auto& one : kept_.cases_of(result.file)) {
      run::run_options how;
      how.seed = one.seed;
      how.range_values = one.range_values;
      how.interleave = one.interleave;
      engine::replay_strategy replay(one.decisions);
      explore::oldest_first plain;
      how.chooser = one.interleave ? static_cast<engine::strategy*>(&replay) : &plain;
      search::kept_failure kept{one.path, false, one.what};
      for (const auto& f : explore::run_trial(what, how).failures)
        if (f.same_kind(one.what)) {
          kept.still_fails = true;
          kept.what = f;
          break;
        }
      result.kept.push_back(std::move(kept));
    }
  }

  void set_goals(const plan::plan& what, const std::map<int, std::uint64_t>& reached,
                 search::search_case& result) const {
    for (const auto& p : what.properties) {
      if (p.what != plan::property::kind::sometimes)
        continue;
      auto run = reached.find(p.where.line);
      result.goals.push_back({p.where.line, p.words,
                              run == reached.end() ? std::nullopt : std::optional{run->second}});
    }
  }

  std::optional<explore::failing_run> sampled(const plan::plan& what,
                                              const explore::search_options& options,
                                              search::search_case& result) {
    auto found = explore::search(what, options);
    set_goals(what, found.reached, result);
    return take(std::move(found), result);
  }

  static std::optional<explore::failing_run> take(explore::search_outcome found,
                                                  search::search_case& result) {
    result.runs = found.runs;
    result.runs_max = found.runs_max;
    result.histories = std::move(found.histories);
    result.single_history = found.single_history;
    result.cut_short = found.cut_short;
    result.nondeterminism = std::move(found.nondeterminism);
    return std::move(found.failed);
  }

  std::optional<explore::failing_run> exhaustive(const plan::plan& what,
                                                 const explore::search_options& options,
                                                 search::search_case& result) {
    auto found = explore::explore_all(what, options);
    set_goals(what, with_reached({}, found), result);
    take_counts(what, found, 1, result);
    if (arguments_.shards > 1)
      result.exhaustive->subtrees = found.subtrees;
    return std::move(found.failed);
  }

  static std::map<int, std::uint64_t> with_reached(std::map<int, std::uint64_t> reached,
                                                   const explore::exhaustive_outcome& found) {
    for (auto [line, subtree] : found.reached)
      reached[line] = subtree;
    return reached;
  }

  static void take_counts(const plan::plan& what, const explore::exhaustive_outcome& found,
                          std::uint64_t value_sets, search::search_case& result) {
    result.exhaustive = search::exhaustive_count{found.traces,
                                                 found.other_runs,
                                                 found.complete,
                                                 found.stopped_by,
                                                 what.ranges > 0,
                                                 value_sets,
                                                 what.server.revocation_jitter};
    result.nondeterminism = found.nondeterminism;
    result.cut_short = found.stopped_by == explore::search_limit::time;
  }

  /// A proof where one is in reach, else samples.
  std::optional<explore::failing_run> proved(const plan::plan& what,
                                             const explore::search_options& options,
                                             search::search_case& result) {
    auto found = explore::prove_or_sample(what, options);
    auto& sampled = found.sampled;
    auto reached = std::move(sampled.reached);
    auto failed = std::move(found.failed);
    (void)take(std::move(sampled), result);
    if (found.proof) {
      reached = with_reached(std::move(reached), *found.proof);
      auto nondeterminism = std::move(result.nondeterminism);
      auto cut_short = result.cut_short;
      take_counts(what, *found.proof, found.value_sets, result);
      result.nondeterminism += nondeterminism;
      result.cut_short |= cut_short;
      result.single_history = result.exhaustive->proof() && !found.proof->choices;
    }
    set_goals(what, reached, result);
    return failed;
  }

  void explain_failure(const std::string& text, const std::string& path,
                       const explore::failing_run& run, search::search_case& result) {
    auto& f = result.failed.emplace();
    f.run = run.number;
    f.seed = run.recipe.seed;
    f.strategy = strategy_of(run);
    f.range_values = run.recipe.range_values;
    f.interleave = run.recipe.interleave;
    f.decisions = engine::to_text(run.decisions);
    f.failures = run.failures;
    explore::counterexample_source source;
    source.file = path.empty() ? "generated" : path;
    // What is kept has to be strict by itself.
    source.loading = loading_of(path, {});
    source.text = arguments_.strict ? strict_scenario(text) : text;
    source.run = run;
    shrink::shrink_options options;
    options.tries = arguments_.tries;
    options.interrupted = &interrupted();
    if (arguments_.shrink_time)
      options.deadline = std::chrono::steady_clock::now() + *arguments_.shrink_time;
    progress_line progress(options.tries, "tries to shrink");
    options.progress = [&](std::size_t tries, std::size_t) { progress.show(tries); };
    auto small = explore::make_counterexample(source, options);
    progress.hide();
    if (!small)
      return;
    f.shrunk_failures = std::move(small->failures);
    f.scenario = heading_of(f, path) + small->text;
    f.steps_before = small->steps_before;
    f.steps_after = small->steps_after;
    f.deviations = small->deviations;
    f.tries = small->tries;
    f.finished = small->finished;
    f.plain = small->plain;
    f.fails_as_given = small->fails_as_given;
    f.other = std::move(small->other);
    f.other_steps = small->other_steps;
    if (arguments_.shards == 1)
      keep(path, f);
  }

  void keep(const std::string& path, search::found_failure& f) {
    try {
      f.path = kept_.keep(path, f);
    } catch (const usage_error& e) {
      // The verdict is worth more than the file.
      problems_.push_back(e.text);
    }
  }

  /// What the file is, for whoever opens it later.
  [[nodiscard]] std::string heading_of(const search::found_failure& f,
                                       const std::string& path) const {
    auto source = path.empty() ? std::string{"--generate"} : path;
    auto how =
        arguments_.strategy_name == "exhaustive"
            ? std::string{"--strategy exhaustive"}
            : "--seed " + arguments_.seed_text +
                  (arguments_.strategy_name == "auto" ? ""
                                                      : " --strategy " + arguments_.strategy_name);
    // Nothing fails in it that the search did not look for, but the budget may have ended early.
    const auto& fails = f.shrunk_failures.empty() ? f.failures.front() : f.shrunk_failures.front();
    return fmt::format("{}{} {}`.\n# {}\n", kept_heading, text_report::escaped(source), how,
                       search::told(fails));
  }

  const check_arguments& arguments_;
  failure_folder kept_;
  std::vector<std::string> problems_;
  std::vector<document::load_error> errors_;
  std::chrono::steady_clock::time_point start_;
};

/// What a job of GitHub Actions shows beside the file.
void tell_github(const search::search_report& report, const search::search_case& one,
                 const std::vector<document::load_error>& errors) {
  if (!github_job())
    return;
  std::vector<std::string> lines;
  if (one.errors.size() == errors.size())
    for (const auto& error : errors)
      lines.push_back(github_error(error.file, error.at, error.text));
  if (lines.empty())
    for (const auto& problem : search::problems_of(report, one))
      lines.push_back(github_error(problem.file, {problem.line, 0}, problem.text));
  lines.resize(std::min(lines.size(), github_errors_max));
  for (const auto& line : lines)
    std::cout << line;
}

} // namespace

int check_command(const command_words& words) {
  auto arguments = read_check_arguments(
      words, [](const char* name) -> const char* { return std::getenv(name); });
  if (arguments.help) {
    print_help(std::cout, check_manual());
    return 0;
  }
  const interruption_guard guard;
  auto colour = colours_wanted();
  search::search_report report;
  if (!arguments.merge.empty()) {
    auto merged = search::merged_report(arguments.merge);
    if (!merged)
      throw usage_error{"check: " + merged.error()};
    report = std::move(*merged);
  } else {
    report.seed = arguments.seed_text;
    report.strategy = arguments.strategy_name;
    report.runs = arguments.runs;
    report.strict = arguments.strict;
    report.shard = arguments.shard;
    report.shards = arguments.shards;
    std::cerr << fmt::format("lapse check: seed {}{}\n", report.seed,
                             report.shards > 1
                                 ? fmt::format(", shard {}/{}", report.shard, report.shards)
                                 : std::string{});
    for (const auto& file : arguments.left_out)
      std::cerr << fmt::format("lapse check: left out {}: it says `check: when_named`\n",
                               text_report::escaped(file));
  }
  checker search(arguments);
  auto tell = [&](search::search_case one) {
    for (const auto& error : one.errors)
      std::cerr << error << '\n';
    search::print_case(std::cout, report, one, colour);
    tell_github(report, one, search.errors());
    std::cout << std::flush;
    return one;
  };
  if (!arguments.merge.empty()) {
    for (auto& one : report.cases) {
      search.keep(one);
      one = tell(std::move(one));
    }
  } else if (arguments.generate) {
    report.cases.push_back(tell(search.generated()));
  } else {
    for (std::size_t i = 0; i < arguments.files.size() && !interrupted(); ++i)
      report.cases.push_back(tell(search.file(arguments.files[i], i)));
  }
  report.interrupted |= interrupted();
  if (auto proofs = search::proofs_text(report); !proofs.empty())
    std::cout << proofs << '\n' << std::flush;
  write_output("check", arguments.junit,
               [&](std::ostream& out) { search::write_search_junit(out, report); });
  write_output("check", arguments.json,
               [&](std::ostream& out) { out << printed(search::to_json(report)); });
  auto status = report.status();
  if (!append_github_summary("check",
                             [&](std::ostream& out) { search::write_search_summary(out, report); }))
    status = std::max(2, status);
  for (const auto& problem : search.problems()) {
    std::cerr << "lapse: " << problem << '\n';
    status = std::max(2, status);
  }
  if (report.interrupted)
    std::cerr << "lapse check: interrupted; what was found so far stands above\n";
  return status;
}

} // namespace lapse::cli
