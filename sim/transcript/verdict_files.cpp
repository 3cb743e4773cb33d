#include "sim/transcript/json_pattern.hpp"
#include "sim/transcript/verdict.hpp"

#include <pugixml.hpp>

#include <ostream>

namespace lapse {

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

/// XML 1.0 has no control characters, not even escaped.
std::string xml_text(const std::string& text) {
  auto result = text;
  for (auto& c : result)
    if (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t')
      c = '?';
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

void add_case(pugi::xml_node suite, const file_verdict& verdict) {
  auto test = suite.append_child("testcase");
  test.append_attribute("name") =
      xml_text(verdict.name.empty() ? verdict.file : verdict.name).c_str();
  test.append_attribute("classname") = "conformance";
  test.append_attribute("file") = xml_text(verdict.file).c_str();
  if (!verdict.errors.empty()) {
    auto error = test.append_child("error");
    error.append_attribute("message") = "not a transcript that can be replayed";
    std::string text;
    for (const auto& each : verdict.errors)
      text += to_string(each) + '\n';
    error.text() = xml_text(text).c_str();
  } else if (!verdict.passed()) {
    auto failure = test.append_child("failure");
    const auto message = std::to_string(verdict.result.differing) + " of " +
                         std::to_string(verdict.result.compared) + " answers differ, " +
                         std::to_string(verdict.broken.size()) + " rules broken";
    failure.append_attribute("message") = message.c_str();
    std::string text;
    for (const auto& each : verdict.result.differences)
      text += failure_text(each);
    for (const auto& each : verdict.broken)
      text += each.id + " broken: " + each.sentence + "\n  " + each.evidence + '\n';
    failure.text() = xml_text(text).c_str();
  }
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
  std::size_t failures = 0, errors = 0;
  for (const auto& each : verdicts) {
    errors += !each.errors.empty();
    failures += each.errors.empty() && !each.passed();
  }
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  auto suites = document.append_child("testsuites");
  auto suite = suites.append_child("testsuite");
  suite.append_attribute("name") = "lapse conform";
  suite.append_attribute("tests") = static_cast<unsigned long long>(verdicts.size());
  suite.append_attribute("failures") = static_cast<unsigned long long>(failures);
  suite.append_attribute("errors") = static_cast<unsigned long long>(errors);
  for (const auto& each : verdicts)
    add_case(suite, each);
  document.save(out, "  ");
}

} // namespace lapse
