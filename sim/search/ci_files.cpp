// What a search came to, for the machines of CI.

#include "reports/junit/junit_document.hpp"
#include "reports/markdown/inline_text.hpp"
#include "reports/text/cell.hpp"
#include "sim/search/search_report.hpp"

#include <fmt/format.h>

#include <sstream>

namespace lapse::search {

namespace {

constexpr std::size_t summary_bytes_max = 20'000;

/// Its lines, each without what a page could not show.
std::string plain_lines(const std::string& text) {
  constexpr std::size_t line_bytes_max = 4'000;
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!result.empty())
      result += '\n';
    result += text_report::escaped(line, line_bytes_max);
  }
  return result;
}

/// A block of code for Markdown, its fence longer than any inside.
std::string fenced(const std::string& text) {
  auto lines = plain_lines(text);
  if (lines.size() > summary_bytes_max) {
    lines.resize(lines.rfind('\n', summary_bytes_max));
    lines += "\n… cut here";
  }
  std::string fence = "~~~~";
  while (lines.find(fence) != std::string::npos)
    fence += '~';
  return fence + "text\n" + lines + "\n" + fence + "\n";
}

/// The whole story of a case that failed, as text.
std::string story_of(const search_report& report, const search_case& one) {
  std::ostringstream text;
  print_case(text, report, one, false);
  if (one.failed && !one.failed->scenario.empty())
    text << "\nthe minimal scenario:\n\n" << one.failed->scenario;
  return text.str();
}

} // namespace

void write_search_junit(std::ostream& out, const search_report& report) {
  junit::junit_suite suite{"lapse check", {}, {}};
  for (const auto& one : report.cases) {
    auto& test = suite.cases.emplace_back();
    test.name = shown_name(one);
    test.classname = "lapse.check";
    auto status = report.status_of(one);
    test.output = one.notes.empty() ? std::string{} : count_text(report, one) + noted(one);
    if (status == 0)
      continue;
    auto message = problem_text(report, one);
    auto body = story_of(report, one);
    for (const auto& error : one.errors)
      body += error + '\n';
    body += "\nseed: " + report.seed + "\ncommand: " + report.command(one) + '\n';
    test.problem = junit::junit_problem{status == 2 || status == 3, {}, message, body};
  }
  out << junit::junit_head;
  junit::write_junit(out, suite);
  out << junit::junit_foot;
}

void write_search_summary(std::ostream& out, const search_report& report) {
  out << "### lapse check\n\n| verdict | scenario | searched |\n|---|---|---|\n";
  for (const auto& one : report.cases)
    out << fmt::format(
        "| {} | {} | {} |\n", verdict_word(report, one), markdown::code_cell(shown_name(one)),
        markdown::code_cell(one.errors.empty() ? count_text(report, one) + noted(one) : "not run"));
  if (auto proofs = proofs_text(report); !proofs.empty())
    out << "\n" << proofs << ".\n";
  for (const auto& one : report.cases) {
    if (report.status_of(one) == 0)
      continue;
    auto story = story_of(report, one);
    for (const auto& error : one.errors)
      story += error + '\n';
    out << "\n" << markdown::code_cell(shown_name(one)) << "\n\n" << fenced(story);
  }
}

} // namespace lapse::search
