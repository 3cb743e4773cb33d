// What a search came to, for people and for the machines of CI.

#include "actors/ttl/duration.hpp"
#include "reports/markdown/inline_text.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/text_report.hpp"
#include "sim/cli/check_report.hpp"
#include "sim/cli/shell_quote.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/scenario/loader.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <sstream>

namespace lapse {

namespace {

constexpr std::size_t event_lines_max = 40;
constexpr std::size_t summary_bytes_max = 20'000;
constexpr std::size_t text_bytes_max = 2'000;

/// Text of several lines as XML 1.0 can hold it.
std::string xml_text(const std::string& text) {
  constexpr std::size_t line_bytes_max = 4'000;
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    result += (result.empty() ? "" : "\n") + escaped(line, line_bytes_max);
  return result;
}

/// A block of code for Markdown, its fence longer than any inside.
std::string fenced(const std::string& text) {
  auto lines = xml_text(text);
  if (lines.size() > summary_bytes_max) {
    lines.resize(lines.rfind('\n', summary_bytes_max));
    lines += "\n… cut here";
  }
  std::string fence = "~~~~";
  while (lines.find(fence) != std::string::npos)
    fence += '~';
  return fence + "text\n" + lines + "\n" + fence + "\n";
}

std::string name_of(const check_case& one) {
  return one.file.empty() ? "generated estates" : escaped(one.file);
}

/// The event part of a text report of the counterexample.
std::vector<std::string> events_of(const std::string& scenario) {
  load_options loading;
  loading.rule_ids = rule_ids();
  auto loaded = load_scenario(scenario, "counterexample", loading);
  const auto* what = std::get_if<plan>(&loaded);
  if (what == nullptr)
    return {};
  std::ostringstream text;
  text_report report(text);
  run_options how;
  how.readers.push_back(&report);
  (void) run_plan(*what, how);
  std::vector<std::string> result;
  std::istringstream lines(text.str());
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    inside |= line.find("  time  who") != std::string::npos;
    if (inside && line.empty())
      break;
    if (inside)
      result.push_back(line);
  }
  if (result.size() > event_lines_max) {
    auto more = result.size() - event_lines_max;
    result.resize(event_lines_max);
    result.push_back(fmt::format("… {} more lines", more));
  }
  return result;
}

std::string count_text(const check_report& report, const check_case& one) {
  if (one.exhaustive) {
    const auto& all = *one.exhaustive;
    if (all.complete)
      return fmt::format("verified: {} trace{}, complete{}", all.traces, all.traces == 1 ? "" : "s",
                         all.lower_ends ? ", with ranges at their lower ends" : "");
    return fmt::format("not complete: {} traces covered{}", all.traces,
                       all.overflowed ? "; more messages were in flight at once than a search chooses among"
                                      : "");
  }
  if (one.single_history)
    return "1 history: nothing in it leaves a choice";
  auto text = fmt::format("{} run{}, {} histor{}, seed {}", one.runs, one.runs == 1 ? "" : "s",
                          one.histories.size(), one.histories.size() == 1 ? "y" : "ies", report.seed);
  if (one.cut_short)
    text += fmt::format(", cut short of {} runs", report.runs);
  return text;
}

std::string shrunk_text(const found_failure& f) {
  return fmt::format("{} of {} steps left after {} tries, {} message{} out of order{}", f.steps_after,
                     f.steps_before, f.tries, f.deviations, f.deviations == 1 ? "" : "s",
                     f.finished ? "" : " (not shrunk to the end)");
}

std::string replay_command(const found_failure& f) {
  return f.path.empty() ? std::string{} : "lapse run " + shell_quoted(f.path);
}

std::string evidence_of(const failure& what) {
  auto when = "at " + format_duration(what.at) + ": ";
  return escaped((what.evidence.starts_with(when) ? "" : when) + what.evidence, text_bytes_max);
}

void print_failed(std::ostream& out, const check_report& report, const check_case& one) {
  const auto& f = *one.failed;
  for (const auto& what : f.failures) {
    auto place = what.line > 0 ? fmt::format("{}:{}: ", name_of(one), what.line) : std::string{};
    out << "      " << place << escaped(described(what), text_bytes_max) << '\n' << "      " << evidence_of(what) << '\n';
  }
  if (!f.shrunk_failures.empty() && evidence_of(f.shrunk_failures.front()) != evidence_of(f.failures.front()))
    out << "      in the small case " << evidence_of(f.shrunk_failures.front()) << '\n';
  for (const auto& line : events_of(f.scenario))
    out << "      " << line << '\n';
  if (!f.scenario.empty())
    out << "      " << shrunk_text(f) << '\n';
  if (!f.path.empty())
    out << "      again:  " << replay_command(f) << '\n';
  out << "      search: " << report.command(one) << '\n';
}

std::string verdict_word(const check_report& report, const check_case& one) {
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

/// The whole story of a case that failed, as text.
std::string story_of(const check_report& report, const check_case& one) {
  std::ostringstream text;
  print_case(text, report, one, false);
  if (one.failed && !one.failed->scenario.empty())
    text << "\nthe minimal scenario:\n\n" << one.failed->scenario;
  return text.str();
}

} // namespace

void print_case(std::ostream& out, const check_report& report, const check_case& one, bool colour) {
  auto word = verdict_word(report, one);
  if (colour)
    word = fmt::format("\x1b[{}m{}\x1b[0m", word == "PASS" ? 32 : 31, word);
  if (!one.errors.empty()) {
    out << word << " " << name_of(one) << "  not run\n";
    return;
  }
  out << word << "  " << name_of(one) << "  ";
  if (one.failed)
    out << fmt::format("run {} fails ({}), seed {}\n", one.failed->run, one.failed->strategy, report.seed);
  else
    out << count_text(report, one) << '\n';
  for (const auto& kept : one.kept)
    out << fmt::format("      kept:   {} {}: {}\n", escaped(kept.path),
                       kept.still_fails ? "still fails" : "does not fail any more",
                       escaped(described(kept.what), text_bytes_max));
  if (!one.nondeterminism.empty())
    out << "      two runs with the same choices differ: " << escaped(one.nondeterminism) << '\n'
        << "      search: " << report.command(one) << '\n';
  for (const auto& goal : one.goals)
    if (!goal.reached && !one.failed)
      out << fmt::format("      line {}: {} was never reached{}\n", goal.line,
                         escaped(goal.words, text_bytes_max),
                         report.shards > 1 ? " in this shard" : "");
  if (one.failed)
    print_failed(out, report, one);
}

void write_check_junit(std::ostream& out, const check_report& report) {
  pugi::xml_document document;
  auto suite = document.append_child("testsuites").append_child("testsuite");
  suite.append_attribute("name") = "lapse check";
  std::uint64_t failures = 0;
  std::uint64_t errors = 0;
  for (const auto& one : report.cases) {
    auto status = report.status_of(one);
    failures += status == 1 || status == 4 ? 1 : 0;
    errors += status == 2 || status == 3 ? 1 : 0;
  }
  suite.append_attribute("tests") = static_cast<unsigned long long>(report.cases.size());
  suite.append_attribute("failures") = static_cast<unsigned long long>(failures);
  suite.append_attribute("errors") = static_cast<unsigned long long>(errors);
  for (const auto& one : report.cases) {
    auto test = suite.append_child("testcase");
    test.append_attribute("classname") = "lapse.check";
    test.append_attribute("name") = xml_text(name_of(one)).c_str();
    auto status = report.status_of(one);
    if (status == 0)
      continue;
    auto verdict = test.append_child(status == 2 || status == 3 ? "error" : "failure");
    auto message = one.failed ? described(one.failed->failures.front())
                   : !one.errors.empty() ? one.errors.front()
                   : !one.nondeterminism.empty() ? one.nondeterminism
                                                 : count_text(report, one);
    verdict.append_attribute("message") = xml_text(message).c_str();
    auto body = story_of(report, one);
    for (const auto& error : one.errors)
      body += error + '\n';
    body += "\nseed: " + report.seed + "\ncommand: " + report.command(one) + '\n';
    verdict.append_child(pugi::node_pcdata).set_value(xml_text(body).c_str());
  }
  document.save(out, "  ");
}

void write_check_summary(std::ostream& out, const check_report& report) {
  out << "### lapse check\n\n| verdict | scenario | searched |\n|---|---|---|\n";
  for (const auto& one : report.cases)
    out << fmt::format("| {} | {} | {} |\n", verdict_word(report, one), code_cell(name_of(one)),
                       code_cell(one.errors.empty() ? count_text(report, one) : "not run"));
  for (const auto& one : report.cases) {
    if (report.status_of(one) == 0)
      continue;
    auto story = story_of(report, one);
    for (const auto& error : one.errors)
      story += error + '\n';
    out << "\n" << code_cell(name_of(one)) << "\n\n" << fenced(story);
  }
}

} // namespace lapse
