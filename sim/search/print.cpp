// What a search came to, for people.

#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/event_lines.hpp"
#include "reports/text/likeness.hpp"
#include "reports/text/shell_quote.hpp"
#include "sim/explore/proof.hpp"
#include "sim/language/loader.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/search/search_report.hpp"

#include <fmt/format.h>

#include <sstream>

namespace lapse::search {

namespace {

constexpr std::size_t event_lines_max = 40;
constexpr std::size_t text_bytes_max = 2'000;

/// The event part of a text report.
class event_part final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger& lives) override {
    if (std::holds_alternative<run_started>(e.body))
      return lines_.print_titles();
    lines_.on_event(e, lives);
    if (std::holds_alternative<run_ended>(e.body))
      lines_.finish(lives);
  }

  [[nodiscard]] std::string text() const { return text_.str(); }

private:
  std::ostringstream text_;
  text_report::text_options options_;
  text_report::event_lines lines_{text_, options_};
};

/// What happens in the counterexample.
std::vector<std::string> events_of(const std::string& scenario) {
  language::load_options loading;
  loading.rule_ids = rules::rule_ids();
  auto loaded = language::load_scenario(scenario, "counterexample", loading);
  const auto* what = loaded ? &*loaded : nullptr;
  if (what == nullptr)
    return {};
  event_part part;
  run::run_options how;
  how.readers.push_back(&part);
  (void)run::run_plan(*what, how);
  std::vector<std::string> result;
  std::istringstream lines(part.text());
  for (std::string line; std::getline(lines, line);)
    result.push_back(line);
  if (result.size() > event_lines_max) {
    auto more = result.size() - event_lines_max;
    result.resize(event_lines_max);
    result.push_back(fmt::format("… {} more lines", more));
  }
  return result;
}

std::string shrunk_text(const found_failure& f) {
  return fmt::format(
      "{} of {} steps left after {} tries{}{}", f.steps_after, f.steps_before, f.tries,
      f.plain ? "" : fmt::format(", {} out of order", text_report::plural(f.deviations, "message")),
      f.finished ? "" : " (not shrunk to the end)");
}

std::string shard_text(const search_report& report) {
  return report.shards == 1 ? "" : fmt::format("shard {}/{}: ", report.shard, report.shards);
}

/// How it was found, after the name of the file.
std::string found_text(const search_report& report, const found_failure& f) {
  if (f.fails_as_given || f.strategy == "file order")
    return "fails in file order";
  if (f.strategy == "exhaustive")
    return "an exhaustive search finds a history that fails";
  return fmt::format("run {} fails ({}), seed {}", f.run, f.strategy, report.seed);
}

std::string replay_command(const found_failure& f) {
  return f.path.empty() ? std::string{} : "lapse run " + text_report::shell_quoted(f.path);
}

void print_failed(std::ostream& out, const search_report& report, const search_case& one) {
  const auto& f = *one.failed;
  for (const auto& what : f.failures) {
    auto place = what.line > 0 ? fmt::format("{}:{}: ", shown_name(one), what.line) : std::string{};
    out << "      " << place << told(what) << '\n';
  }
  if (f.fails_as_given)
    out << "      a plain failure: `lapse run " << (report.strict ? "--strict " : "")
        << text_report::shell_quoted(one.file) << "` shows it\n";
  if (!f.shrunk_failures.empty() && told(f.shrunk_failures.front()) != told(f.failures.front()))
    out << "      in the small case: " << told(f.shrunk_failures.front()) << '\n';
  for (const auto& line : events_of(f.scenario))
    out << "      " << line << '\n';
  if (!f.scenario.empty())
    out << "      " << shrunk_text(f) << '\n';
  if (f.other)
    out << fmt::format("      {} {} the same for another cause: {}\n",
                       text_report::plural(f.other_steps, "step"),
                       f.other_steps == 1 ? "breaks" : "break", told(*f.other));
  if (!f.path.empty())
    out << "      again:  " << replay_command(f) << '\n';
  out << "      search: " << report.command(one) << '\n';
}

/// Why a search stopped before it had seen every history.
std::string limit_text(explore::search_limit limit) {
  using explore::search_limit;
  switch (limit) {
    case search_limit::none:
      break;
    case search_limit::runs:
      return fmt::format("it would take more than {} runs", explore::proof_runs_max);
    case search_limit::deliveries:
      return fmt::format("it would take more than {} deliveries", explore::proof_deliveries_max);
    case search_limit::messages:
      return "more messages were in flight at once than a search chooses among";
    case search_limit::time:
      return "the time was over";
  }
  return "a delivery did something that it had not noted";
}

std::string sampled_text(const search_report& report, const search_case& one) {
  auto text = text_report::plural(one.runs, "run");
  if (one.runs_max < report.runs)
    text +=
        fmt::format(" (stopped at its budget of {} deliveries)", explore::sampled_deliveries_max);
  text += fmt::format(", {} histor{}, seed {}", one.histories.size(),
                      one.histories.size() == 1 ? "y" : "ies", report.seed);
  if (one.cut_short)
    text += fmt::format(", cut short of {} runs", report.runs);
  return text;
}

std::string verified_text(const search_report& report, const search_case& one) {
  const auto& all = *one.exhaustive;
  auto traces = text_report::plural(all.traces, "trace");
  if (all.proof())
    return fmt::format("verified: {}, complete{}", traces,
                       one.single_history ? ": nothing in it leaves a choice" : "");
  auto text = "verified for the values tried: " + traces;
  if (all.ranges)
    text += all.value_sets == 1 ? " with ranges at their lower ends"
                                : fmt::format(" over {} of its ranges",
                                              text_report::plural(all.value_sets, "choice"));
  if (all.jitter)
    text += " with the jitter of its own seed";
  if (one.runs_max > 0)
    text += "; values drawn: " + sampled_text(report, one);
  return text;
}

std::string whole_text(const search_report& report, const search_case& one) {
  if (one.exhaustive && one.exhaustive->complete)
    return verified_text(report, one);
  if (report.strategy == "exhaustive" && one.exhaustive)
    return fmt::format("not complete: {} covered{}",
                       text_report::plural(one.exhaustive->traces, "trace"),
                       one.exhaustive->stopped_by == explore::search_limit::messages
                           ? fmt::format("; {}", limit_text(one.exhaustive->stopped_by))
                           : "");
  if (one.single_history)
    return "1 history: nothing in it leaves a choice";
  auto text = sampled_text(report, one);
  if (one.exhaustive)
    text += "; no proof: " + limit_text(one.exhaustive->stopped_by);
  return text;
}

std::string reached_text(const sometimes_goal& goal) {
  return fmt::format("line {}: {} was never reached", goal.line,
                     text_report::escaped(goal.words, text_bytes_max));
}

} // namespace

std::string shown_name(const search_case& one) {
  return one.file.empty() ? "generated estates" : text_report::escaped(one.file);
}

std::string count_text(const search_report& report, const search_case& one) {
  if (report.shards == 1)
    return whole_text(report, one);
  auto shard = shard_text(report);
  if (!one.exhaustive || !one.exhaustive->complete || one.runs_max > 0)
    return shard + whole_text(report, one);
  const auto& all = *one.exhaustive;
  if (report.strategy == "auto")
    return shard + (report.shard == 1 ? whole_text(report, one)
                                      : "nothing to sample: every shard finds the same proof, and "
                                        "the first counts it");
  return shard + (all.traces + all.other_runs == 0
                      ? "nothing to do: the first shard searched the few histories there are"
                      : "its part is complete: " + text_report::plural(all.traces, "trace"));
}

std::string proofs_text(const search_report& report) {
  std::uint64_t proved = 0;
  std::uint64_t failed = 0;
  for (const auto& one : report.cases)
    if (report.status_of(one) != 0)
      ++failed;
    else
      proved += one.exhaustive && one.exhaustive->proof() ? 1 : 0;
  auto all = report.cases.size();
  // A shard of an exhaustive search proves its part alone.
  if (all < 2 || (report.shards > 1 && report.strategy == "exhaustive"))
    return {};
  auto text = fmt::format("{} of {} verdicts are proofs: every history was seen", proved, all);
  if (auto sampled = all - proved - failed; sampled > 0)
    text += fmt::format("; {} held in all runs made", sampled);
  if (failed > 0)
    text += fmt::format("; {} did not hold", failed);
  return text;
}

std::string verdict_word(const search_report& report, const search_case& one) {
  switch (report.status_of(one)) {
    case 0:
      return "PASS";
    case 2:
      return "ERROR";
    case 4:
      return "STOP";
    default:
      return "FAIL";
  }
}

std::vector<search_problem> problems_of(const search_report& report, const search_case& one) {
  std::vector<search_problem> result;
  if (one.failed)
    for (const auto& what : one.failed->failures)
      result.push_back({one.file, what.line, told(what)});
  for (const auto& error : one.errors)
    result.push_back({one.file, 0, error});
  if (!one.nondeterminism.empty())
    result.push_back({one.file, 0, one.nondeterminism});
  for (const auto& kept : one.kept)
    if (kept.still_fails)
      result.push_back({kept.path, kept.what.line, told(kept.what)});
  for (const auto& goal : one.goals)
    if (!goal.reached && report.shards == 1)
      result.push_back({one.file, goal.line, reached_text(goal)});
  if (result.empty() && report.status_of(one) != 0)
    result.push_back({one.file, 0, count_text(report, one)});
  return result;
}

std::string problem_text(const search_report& report, const search_case& one) {
  const auto all = problems_of(report, one);
  return all.empty() ? count_text(report, one) : all.front().text;
}

std::string noted(const search_case& one) {
  return one.notes.empty() ? std::string{}
                           : "; in file order " + text_report::escaped(one.notes, text_bytes_max);
}

void print_case(std::ostream& out, const search_report& report, const search_case& one,
                bool colour) {
  auto word = verdict_word(report, one);
  if (colour)
    word = fmt::format("\x1b[{}m{}\x1b[0m", word == "PASS" ? 32 : 31, word);
  if (!one.errors.empty()) {
    out << word << " " << shown_name(one) << "  not run\n";
    return;
  }
  out << word << "  " << shown_name(one) << "  ";
  if (one.failed)
    out << shard_text(report) << found_text(report, *one.failed) << '\n';
  else
    out << count_text(report, one) << noted(one) << '\n';
  for (const auto& kept : one.kept)
    out << fmt::format("      kept:   {} {}: {}\n", text_report::escaped(kept.path),
                       kept.still_fails ? "still fails" : "does not fail any more",
                       told(kept.what));
  if (!one.nondeterminism.empty())
    out << "      two runs with the same choices differ: "
        << text_report::escaped(one.nondeterminism) << '\n'
        << "      search: " << report.command(one) << '\n';
  for (const auto& goal : one.goals)
    if (!goal.reached && !one.failed)
      out << "      " << reached_text(goal) << (report.shards > 1 ? " in this shard" : "") << '\n';
  if (one.failed)
    print_failed(out, report, one);
}

} // namespace lapse::search
