// What a search came to, for the machines of CI.

#include "reports/markdown/inline_text.hpp"
#include "reports/text/cell.hpp"
#include "sim/cli/check_report.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <sstream>

namespace lapse {

namespace {

constexpr std::size_t summary_bytes_max = 20'000;

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

/// The whole story of a case that failed, as text.
std::string story_of(const check_report& report, const check_case& one) {
  std::ostringstream text;
  print_case(text, report, one, false);
  if (one.failed && !one.failed->scenario.empty())
    text << "\nthe minimal scenario:\n\n" << one.failed->scenario;
  return text.str();
}

} // namespace

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
    test.append_attribute("name") = xml_text(shown_name(one)).c_str();
    auto status = report.status_of(one);
    if (status == 0)
      continue;
    auto verdict = test.append_child(status == 2 || status == 3 ? "error" : "failure");
    auto message = one.failed                    ? described(one.failed->failures.front())
                   : !one.errors.empty()         ? one.errors.front()
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
    out << fmt::format("| {} | {} | {} |\n", verdict_word(report, one), code_cell(shown_name(one)),
                       code_cell(one.errors.empty() ? count_text(report, one) : "not run"));
  for (const auto& one : report.cases) {
    if (report.status_of(one) == 0)
      continue;
    auto story = story_of(report, one);
    for (const auto& error : one.errors)
      story += error + '\n';
    out << "\n" << code_cell(shown_name(one)) << "\n\n" << fenced(story);
  }
}

} // namespace lapse
