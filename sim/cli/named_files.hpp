#pragma once

#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::cli {

/// One name for a file, however its path was written; also for one that does not exist yet.
[[nodiscard]] std::string place_of(const std::string& path);

/// Places of scenario files and of the files that they read (`file: PATH`).
[[nodiscard]] std::set<std::string> scenario_places(const std::vector<std::string>& scenarios);

/// Why a file cannot be written.
enum class output_fault {
  none,
  folder, ///< it is one
  taken   ///< it is read too, or written to already: nothing would be left of it
};

/// Takes a file to write to.
/// @param seen places of all inputs, and of outputs so far: gets this one, too, unless it is a
///   terminal, a pipe or the like, which nothing is lost in
[[nodiscard]] output_fault claim_output(const std::string& path, std::set<std::string>& seen);

/// Writes a file that a command was asked for; does nothing without a path. Throws `usage_error` if
/// it cannot be written; what stood there before then still does.
void write_output(std::string_view command, const std::string& path,
                  const std::function<void(std::ostream&)>& write);

/// The files a command is to read: those named, and for each folder those in it and below with
/// that extension, in order of their names. Throws `usage_error` for what does not exist, cannot
/// be read, is named twice, or is a folder without such a file.
/// @param extension with its dot, e.g. `.yaml`.
[[nodiscard]] std::vector<std::string> resolve_files(const std::vector<std::string>& named,
                                                     std::string_view extension);

} // namespace lapse::cli
