#include "reports/junit/junit_document.hpp"
#include "sim/transcript/json_pattern.hpp"
#include "sim/transcript/verdict.hpp"

#include <ostream>

namespace lapse::transcript {

using json = nlohmann::ordered_json;

namespace {

double seconds(instant at) { return std::chrono::duration<double>(at).count(); }

json to_ordered(const nlohmann::json& value) { return json(value); }

json render(const difference& d) {
  json result;
  result["line"] = d.line;
  result["at"] = seconds(d.at);
  result["issued"] = seconds(d.issued);
  result["request"] = d.request;
  result["expected"] = {{"status", d.expected_status}, {"reply", to_ordered(d.expected)}};
  result["got"] = {{"status", d.got_status}, {"reply", to_ordered(d.got)}};
  result["fields"] = json::array();
  for (const auto& field : d.fields)
    result["fields"].push_back(
        {{"path", field.path}, {"expected", field.expected}, {"got", field.got}});
  return result;
}

json render(const file_verdict& verdict) {
  json result;
  result["file"] = verdict.file;
  result["name"] = verdict.name;
  result["passed"] = verdict.passed();
  result["answers"] = verdict.result.compared;
  result["differing"] = verdict.result.differing;
  result["differences"] = json::array();
  for (const auto& each : verdict.result.differences)
    result["differences"].push_back(render(each));
  result["rules_broken"] = json::array();
  for (const auto& each : verdict.broken)
    result["rules_broken"].push_back(
        {{"id", each.id}, {"sentence", each.sentence}, {"evidence", each.evidence}});
  result["errors"] = json::array();
  for (const auto& each : verdict.errors)
    result["errors"].push_back({{"line", each.line}, {"what", each.what}});
  return result;
}

std::string failure_text(const difference& d) {
  auto result = "line " + std::to_string(d.line) + ": " + d.request + "\n  expected " +
                std::to_string(d.expected_status) + ' ' + brief(d.expected) + "\n  got " +
                std::to_string(d.got_status) + ' ' + brief(d.got) + '\n';
  for (const auto& field : d.fields)
    result += "  " + field.path + ": expected " + field.expected + ", got " + field.got + '\n';
  return result;
}

junit::junit_case case_of(const file_verdict& verdict) {
  junit::junit_case test{
      verdict.name.empty() ? verdict.file : verdict.name, "conformance", verdict.file, 0, {}};
  std::string text;
  if (!verdict.errors.empty()) {
    for (const auto& each : verdict.errors)
      text += to_string(each) + '\n';
    test.problem = junit::junit_problem{true, {}, "not a transcript that can be replayed", text};
  } else if (!verdict.passed()) {
    for (const auto& each : verdict.result.differences)
      text += failure_text(each);
    for (const auto& each : verdict.broken)
      text += each.id + " broken: " + each.sentence + "\n  " + each.evidence + '\n';
    test.problem =
        junit::junit_problem{false,
                             {},
                             std::to_string(verdict.result.differing) + " of " +
                                 std::to_string(verdict.result.compared) + " answers differ, " +
                                 std::to_string(verdict.broken.size()) + " rules broken",
                             text};
  }
  return test;
}

} // namespace

void write_verdicts_json(std::ostream& out, const std::vector<file_verdict>& verdicts) {
  const auto totals = totals_of(verdicts);
  json result;
  result["passed"] = totals.passed;
  result["failed"] = totals.failed;
  result["answers"] = totals.answers;
  result["files"] = json::array();
  for (const auto& each : verdicts)
    result["files"].push_back(render(each));
  // File names need not be UTF-8.
  out << result.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

void write_verdicts_junit(std::ostream& out, const std::vector<file_verdict>& verdicts) {
  junit::junit_suite suite{"lapse conform", {}, {}};
  for (const auto& each : verdicts)
    suite.cases.push_back(case_of(each));
  out << junit::junit_head;
  junit::write_junit(out, suite);
  out << junit::junit_foot;
}

} // namespace lapse::transcript
