#include "reports/junit/junit_document.hpp"

#include "reports/text/cell.hpp"

#include <pugixml.hpp>

#include <algorithm>

namespace lapse::junit {

namespace {

constexpr std::size_t line_bytes_max = 4'000;

/// Text of several lines as XML 1.0 can hold it.
std::string xml_text(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    auto end = std::min(text.find('\n', at), text.size());
    result += text_report::escaped(text.substr(at, end - at), line_bytes_max);
    if (end < text.size())
      result += '\n';
    at = end + 1;
  }
  return result;
}

void put(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name) = text_report::escaped(value, line_bytes_max).c_str();
}

void add_case(pugi::xml_node suite, const junit_case& one) {
  auto test = suite.append_child("testcase");
  put(test, "name", one.name);
  put(test, "classname", one.classname);
  if (!one.file.empty())
    put(test, "file", one.file);
  put(test, "time", "0");
  if (one.line > 0)
    put(test, "line", std::to_string(one.line));
  if (one.problem) {
    auto problem = test.append_child(one.problem->is_error ? "error" : "failure");
    if (!one.problem->type.empty())
      put(problem, "type", one.problem->type);
    put(problem, "message", one.problem->message);
    problem.text() = xml_text(one.problem->text).c_str();
  }
  if (!one.output.empty())
    test.append_child("system-out").text() = xml_text(one.output).c_str();
}

std::string count(const junit_suite& suite, bool errors) {
  return std::to_string(
      std::count_if(suite.cases.begin(), suite.cases.end(), [errors](const junit_case& one) {
        return one.problem && one.problem->is_error == errors;
      }));
}

} // namespace

void write_junit(std::ostream& out, const junit_suite& suite) {
  pugi::xml_document document;
  auto node = document.append_child("testsuite");
  put(node, "name", suite.name);
  put(node, "tests", std::to_string(suite.cases.size()));
  put(node, "failures", count(suite, false));
  put(node, "errors", count(suite, true));
  put(node, "skipped", "0");
  put(node, "time", "0");
  if (!suite.timestamp.empty())
    put(node, "timestamp", suite.timestamp);
  if (!suite.properties.empty()) {
    auto properties = node.append_child("properties");
    for (const auto& [name, value] : suite.properties) {
      auto property = properties.append_child("property");
      put(property, "name", name);
      put(property, "value", value);
    }
  }
  for (const auto& one : suite.cases)
    add_case(node, one);
  node.print(out, "  ", pugi::format_indent, pugi::encoding_utf8, 1);
}

} // namespace lapse::junit
