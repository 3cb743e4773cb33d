#include "reports/junit/junit_report.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/described.hpp"
#include "reports/text/likeness.hpp"

#include <pugixml.hpp>

namespace lapse {

namespace {

constexpr std::size_t evidence_bytes_max = 1000;

/// Text that XML 1.0 can hold: neither control characters nor invalid UTF-8 nor non-characters.
std::string xml_text(std::string_view text) { return escaped(text, evidence_bytes_max); }

void put(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name) = std::string{value}.c_str();
}

pugi::xml_node add_case(pugi::xml_node suite, std::string_view source, std::string_view name) {
  auto test = suite.append_child("testcase");
  put(test, "name", name);
  put(test, "classname", source);
  put(test, "file", source);
  put(test, "time", "0");
  return test;
}

void add_problem(pugi::xml_node test, const char* element, std::string_view kind,
                 std::string_view message, const std::string& text) {
  auto problem = test.append_child(element);
  put(problem, "type", kind);
  put(problem, "message", message);
  problem.text() = text.c_str();
}

void add_property(pugi::xml_node properties, const char* name, std::string_view value) {
  auto property = properties.append_child("property");
  put(property, "name", name);
  put(property, "value", value);
}

pugi::xml_node add_suite(pugi::xml_document& document, std::string_view source, std::uint64_t tests,
                         std::uint64_t failures, std::uint64_t errors) {
  auto suite = document.append_child("testsuite");
  put(suite, "name", source);
  put(suite, "tests", std::to_string(tests));
  put(suite, "failures", std::to_string(failures));
  put(suite, "errors", std::to_string(errors));
  put(suite, "skipped", "0");
  put(suite, "time", "0");
  return suite;
}

void write(std::ostream& out, const pugi::xml_document& document) {
  document.document_element().print(out, "  ", pugi::format_indent, pugi::encoding_utf8, 1);
}

} // namespace

void junit_report::on_event(const event& e, const ledger&) {
  const auto at = "at " + format_duration(e.at);
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    name_ = xml_text(run->name.empty() ? run->source : run->name);
    source_ = xml_text(run->source.empty() ? run->name : run->source);
    seed_ = run->seed;
  } else if (const auto* x = std::get_if<expectation_failed>(&e.body)) {
    auto expected = "expected " + xml_text(x->expected) + ", saw " + xml_text(x->seen);
    auto where = "line " + std::to_string(x->line) + ": " + xml_text(x->subject);
    add({where, "expectation", expected,
         source_ + ':' + std::to_string(x->line) + ':' + std::to_string(x->column) + ", " + at +
             "\nsubject   " + xml_text(x->subject) + "\nexpected  " + xml_text(x->expected) +
             "\nsaw       " + xml_text(x->seen) + '\n',
         x->line});
  } else if (const auto* r = std::get_if<rule_broken>(&e.body)) {
    add({described(xml_text(r->id), xml_text(r->sentence)), "rule", xml_text(r->evidence),
         at + "\nmust hold  " + xml_text(r->sentence) + "\nevidence   " + xml_text(r->evidence) +
             '\n',
         r->line});
  } else if (const auto* run = std::get_if<run_ended>(&e.body)) {
    end(e, *run);
  }
}

void junit_report::add(failure what) {
  ++failed_;
  if (failures_.size() < junit_failures_max)
    failures_.push_back(std::move(what));
}

void junit_report::end(const event& e, const run_ended& run) {
  const auto passed = run.failed == 0 && run.rules_broken == 0 && failed_ == 0;
  const auto cases = failures_.size() + (failed_ > failures_.size() ? 1 : 0);
  pugi::xml_document document;
  auto suite = add_suite(document, source_, cases + 1, cases + (passed ? 0 : 1), 0);
  auto properties = suite.append_child("properties");
  add_property(properties, "seed", std::to_string(seed_));
  add_property(properties, "expectations", std::to_string(run.expectations));
  add_property(properties, "requests", std::to_string(run.requests));
  add_property(properties, "virtual-end", format_duration(e.at));
  auto whole = add_case(suite, source_, name_);
  if (!passed) {
    auto verdict = grouped(run.failed) + " of " + grouped(run.expectations) +
                   " expectations failed, " + grouped(run.rules_broken) +
                   " rules or properties broken";
    auto again = replay_command_.empty() ? "" : "see it again: " + xml_text(replay_command_) + '\n';
    add_problem(whole, "failure", "scenario", verdict, verdict + '\n' + again);
  }
  for (const auto& failure : failures_) {
    auto test = add_case(suite, source_, failure.name);
    if (failure.line > 0)
      put(test, "line", std::to_string(failure.line));
    add_problem(test, "failure", failure.kind, failure.message, failure.text);
  }
  if (failed_ > failures_.size()) {
    auto rest = "and " + grouped(failed_ - failures_.size()) + " more failures";
    add_problem(add_case(suite, source_, rest), "failure", "more", rest, rest);
  }
  write(out_, document);
}

void write_junit_refusal(std::ostream& out, const std::string& file,
                         const std::vector<std::string>& errors) {
  const auto source = xml_text(file);
  pugi::xml_document document;
  auto suite = add_suite(document, source, 1, 0, 1);
  std::string text;
  for (const auto& error : errors)
    text += xml_text(error) + '\n';
  add_problem(add_case(suite, source, source), "error", "input",
              "not run: " + grouped(errors.size()) + (errors.size() == 1 ? " error" : " errors"),
              text);
  write(out, document);
}

} // namespace lapse
