#pragma once

#include "sim/cli/run_options.hpp"

#include <set>
#include <string>
#include <vector>

namespace lapse::cli {

/// Whether PATH of a report means a folder in which each scenario gets a file of its own: it ends
/// in `/`, or is a folder already.
[[nodiscard]] bool names_folder(const std::string& path);

/// The files that the reports of a run go to: for a folder one for each scenario, in their order,
/// otherwise PATH itself.
[[nodiscard]] std::vector<std::string> report_files(const report_request& report,
                                                    const std::vector<std::string>& scenarios);

/// Throws `usage_error`: a report must not overwrite a scenario nor another report, and documents
/// of several scenarios need a folder.
/// @return the places that are taken then, to claim more outputs of the same command in
std::set<std::string> check_report_paths(const run_arguments& arguments);

} // namespace lapse::cli
