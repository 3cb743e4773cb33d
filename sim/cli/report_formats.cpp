#include "sim/cli/report_formats.hpp"

#include "reports/audit/audit_report.hpp"
#include "reports/json/json_report.hpp"
#include "reports/text/text_report.hpp"

namespace lapse {

namespace {

using reader_ptr = std::unique_ptr<event_reader>;

reader_ptr make_text(std::ostream& out, const run_facts& facts) {
  text_options options;
  options.colour = facts.colour;
  options.all = facts.all;
  options.replay_command = facts.replay_command;
  return std::make_unique<text_report>(out, options);
}

reader_ptr make_json(std::ostream& out, const run_facts&) {
  return std::make_unique<json_report>(out);
}

reader_ptr make_audit(std::ostream& out, const run_facts& facts) {
  return std::make_unique<audit_report>(out, facts.audit_hash ? audit_report::form::hashed
                                                              : audit_report::form::raw);
}

} // namespace

const std::vector<report_format>& report_formats() {
  static const std::vector<report_format> formats = {
      {"text", "txt", "for people: what happened, what died, when, why", several_runs::follow,
       make_text},
      {"json", "json", "the same for programs", several_runs::follow, make_json},
      {"audit", "log", "the audit log of the simulated server", several_runs::follow, make_audit},
  };
  return formats;
}

const report_format* find_report_format(std::string_view name) {
  for (const auto& format : report_formats())
    if (format.name == name)
      return &format;
  return nullptr;
}

std::vector<std::string_view> report_format_names() {
  std::vector<std::string_view> result;
  for (const auto& format : report_formats())
    result.push_back(format.name);
  return result;
}

std::string report_format_list() {
  std::string result;
  const auto names = report_format_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0)
      result += i + 1 == names.size() ? " and " : ", ";
    result += names[i];
  }
  return result;
}

} // namespace lapse
