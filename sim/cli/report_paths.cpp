#include "sim/cli/report_paths.hpp"

#include "sim/cli/named_files.hpp"
#include "sim/cli/report_formats.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace lapse::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t stem_bytes_max = 180;

/// `scenarios/tour/01.yaml` is `scenarios-tour-01`: readable, and a file name everywhere.
std::string stem_of(const std::string& scenario) {
  auto text = fs::path(scenario).lexically_normal().string();
  if (text.ends_with(".yaml"))
    text.erase(text.size() - 5);
  std::replace(text.begin(), text.end(), '/', '-');
  text.erase(0, text.find_first_not_of(".-"));
  if (text.size() > stem_bytes_max) {
    auto from = text.size() - stem_bytes_max;
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80)
      ++from;
    text.erase(0, from);
  }
  return text.empty() ? "scenario" : text;
}

/// Two scenarios may come to the same name; then the later gets a number.
std::vector<std::string> stems_of(const std::vector<std::string>& scenarios) {
  std::vector<std::string> result;
  std::set<std::string> taken;
  for (const auto& scenario : scenarios)
    taken.insert(stem_of(scenario));
  std::set<std::string> used;
  for (const auto& scenario : scenarios) {
    const auto stem = stem_of(scenario);
    auto name = stem;
    // A name with a number must not take another scenario's own.
    for (int number = 2; used.count(name) != 0 || (name != stem && taken.count(name) != 0);
         ++number)
      name = fmt::format("{}-{}", stem, number);
    used.insert(name);
    result.push_back(std::move(name));
  }
  return result;
}

void check_documents(const report_request& report, std::size_t scenarios) {
  const auto& format = *report.format;
  if (scenarios < 2 || format.several != several_runs::part || names_folder(report.path))
    return;
  auto folder = report.path.empty() ? std::string{"reports"} : report.path;
  if (auto extension = fs::path(folder).extension().string(); !report.path.empty())
    folder.erase(folder.size() - extension.size());
  refuse("run",
         fmt::format("{} scenarios are {} documents of format {}: name a folder for them, e.g. "
                     "--report {}={}/",
                     scenarios, scenarios, format.name, format.name, folder));
}

void check_output(const run_arguments& arguments) {
  std::size_t on_output = 0;
  const report_format* joined = nullptr;
  for (const auto& report : arguments.reports) {
    if (!report.path.empty())
      continue;
    ++on_output;
    if (report.format->several == several_runs::join)
      joined = report.format;
  }
  if (joined != nullptr && on_output > 1)
    refuse("run",
           fmt::format("{} is one document and cannot share standard output: give a PATH, e.g. "
                       "--report {}=report.{}",
                       joined->name, joined->name, joined->extension));
}

} // namespace

bool names_folder(const std::string& path) {
  std::error_code error;
  return !path.empty() && (path.back() == '/' || fs::is_directory(path, error));
}

std::vector<std::string> report_files(const report_request& report,
                                      const std::vector<std::string>& scenarios) {
  if (!names_folder(report.path))
    return {report.path};
  std::vector<std::string> result;
  for (const auto& stem : stems_of(scenarios))
    result.push_back((fs::path(report.path) / stem).string() + '.' +
                     std::string{report.format->extension});
  return result;
}

std::set<std::string> check_report_paths(const run_arguments& arguments) {
  std::set<std::string> seen;
  if (std::any_of(arguments.reports.begin(), arguments.reports.end(),
                  [](const auto& report) { return !report.path.empty(); }))
    seen = scenario_places(arguments.files);
  check_output(arguments);
  for (const auto& report : arguments.reports) {
    check_documents(report, arguments.files.size());
    if (report.path.empty())
      continue;
    for (const auto& path : report_files(report, arguments.files)) {
      auto fault = claim_output(path, seen);
      if (fault == output_fault::folder)
        refuse("run", fmt::format("cannot write a report to {}: it is a folder",
                                  document::in_quotes(path)));
      if (fault == output_fault::taken)
        refuse("run", fmt::format("{} is read too, or another report: nothing would be left of it",
                                  document::in_quotes(path)));
    }
  }
  return seen;
}

} // namespace lapse::cli
