#include "sim/cli/report_formats.hpp"

#include "reports/audit/audit_report.hpp"
#include "reports/csv/csv_report.hpp"
#include "reports/dot/dot_report.hpp"
#include "reports/html/html_report.hpp"
#include "reports/json/json_report.hpp"
#include "reports/junit/junit_report.hpp"
#include "reports/markdown/markdown_report.hpp"
#include "reports/mermaid/mermaid_report.hpp"
#include "reports/openmetrics/openmetrics_report.hpp"
#include "reports/text/text_report.hpp"
#include "reports/trace/trace_report.hpp"
#include "sim/cli/arguments.hpp"
#include "sim/document/load_error.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace lapse::cli {

namespace {

using reader_ptr = std::unique_ptr<lives::event_reader>;

reader_ptr make_text(std::ostream& out, const run_facts& facts) {
  text_report::text_options options;
  options.colour = facts.colour;
  options.all = facts.all;
  options.replay_command = facts.replay_command;
  return std::make_unique<text_report::text_report>(out, options);
}

reader_ptr make_audit(std::ostream& out, const run_facts& facts) {
  return std::make_unique<audit::audit_report>(
      out, facts.audit_hash ? audit::audit_report::form::hashed : audit::audit_report::form::raw);
}

reader_ptr make_markdown(std::ostream& out, const run_facts& facts) {
  return std::make_unique<markdown::markdown_report>(
      out, markdown::markdown_options{facts.replay_command, facts.several});
}

/// Empty where it can be read only once (a pipe).
std::string text_of(const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_regular_file(file, error) ||
      fs::file_size(file, error) > document::scenario_bytes_max)
    return {};
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

reader_ptr make_html(std::ostream& out, const run_facts& facts) {
  return std::make_unique<html::html_report>(
      out, html::html_options{facts.replay_command, text_of(facts.file), facts.limits});
}

reader_ptr make_junit(std::ostream& out, const run_facts& facts) {
  return std::make_unique<junit::junit_report>(out, facts.replay_command);
}

reader_ptr make_dot(std::ostream& out, const run_facts& facts) {
  return std::make_unique<dot::dot_report>(out, dot::dot_options{facts.at, facts.all});
}

reader_ptr make_mermaid(std::ostream& out, const run_facts& facts) {
  return std::make_unique<mermaid::mermaid_report>(out, mermaid::mermaid_options{facts.at});
}

/// Of a format that needs nothing but the stream.
template <class Report>
reader_ptr make_plain(std::ostream& out, const run_facts&) {
  return std::make_unique<Report>(out);
}

} // namespace

const std::vector<report_format>& report_formats() {
  static const std::vector<report_format> formats = {
      {.name = "text",
       .extension = "txt",
       .help = "for people: what happened, what died, when, why",
       .make = make_text},
      {.name = "json",
       .extension = "json",
       .help = "the same for programs",
       .make = make_plain<json_report::json_report>},
      {.name = "html",
       .extension = "html",
       .help = "a page to attach to an incident; needs no network",
       .several = several_runs::part,
       .make = make_html},
      {.name = "md",
       .extension = "md",
       .help = "for a comment on a pull request, always under 65,536 characters",
       .make = make_markdown,
       .bytes_max = markdown::markdown_bytes_max},
      {.name = "junit",
       .extension = "xml",
       .help = "for CI servers",
       .several = several_runs::join,
       .make = make_junit,
       .head = junit::junit_head,
       .foot = junit::junit_foot,
       .refused = junit::write_junit_refusal},
      {.name = "audit",
       .extension = "log",
       .help = "the audit log of the simulated server",
       .make = make_audit},
      {.name = "dot",
       .extension = "dot",
       .help = "the tree of tokens and leases for Graphviz; see --at",
       .several = several_runs::part,
       .make = make_dot,
       .uses_at = true},
      {.name = "mermaid",
       .extension = "mmd",
       .help = "the same tree, cut to what Mermaid can draw",
       .several = several_runs::part,
       .make = make_mermaid,
       .uses_at = true},
      {.name = "trace",
       .extension = "trace.json",
       .help = "every life on a time axis, for ui.perfetto.dev",
       .several = several_runs::part,
       .make = make_plain<trace::trace_report>},
      {.name = "csv",
       .extension = "csv",
       .help = "counts over time, for spreadsheets and plots",
       .several = several_runs::part,
       .make = make_plain<csv::csv_report>},
      {.name = "openmetrics",
       .extension = "prom",
       .help = "final counts, for Prometheus and its like",
       .several = several_runs::part,
       .make = make_plain<openmetrics::openmetrics_report>},
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

std::string report_format_list() { return listed(report_format_names()); }

} // namespace lapse::cli
