#include "sim/cli/named_files.hpp"

#include "reports/output/atomic_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/failure_folder.hpp"
#include "sim/document/load_error.hpp"
#include "sim/document/nearest.hpp"
#include "sim/document/read_document.hpp"
#include "sim/input/read_whole.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace lapse::cli {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> files_in(const std::string& folder, std::string_view extension) {
  std::vector<std::string> result;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator{}; at.increment(error)) {
    std::error_code ignored;
    // What failed before is kept there; it is no input.
    if (at->path().filename() == ".lapse" && at->is_directory(ignored)) {
      at.disable_recursion_pending();
      continue;
    }
    // A pipe that nobody writes to would be waited for without end; a link to nothing is an error.
    auto is_file = at->is_regular_file(ignored) || !at->exists(ignored);
    if (at->path().extension() == extension && is_file)
      result.push_back(at->path().string());
  }
  if (error)
    throw usage_error{
        fmt::format("cannot read the folder {}: {}", document::in_quotes(folder), error.message())};
  if (result.empty())
    throw usage_error{
        fmt::format("no *{} file in the folder {}", extension, document::in_quotes(folder))};
  std::sort(result.begin(), result.end());
  return result;
}

/// Adds the places of what a document reads, wherever in it that stands.
void add_read(const document::document_node& node, const fs::path& folder,
              std::set<std::string>& places) {
  if (node.key == "file" && node.is_scalar())
    places.insert(place_of((folder / node.text).string()));
  for (const auto& child : node.children)
    add_read(child, folder, places);
}

/// Whether a file is what `lapse check` keeps beside a failing case for itself.
bool is_companion(const fs::path& path) {
  if (path.extension() != ".json")
    return false;
  std::ifstream beside(fs::path{path}.replace_extension(".yaml"), std::ios::binary);
  std::string start(kept_heading.size(), '\0');
  return beside.read(start.data(), static_cast<std::streamsize>(start.size())) &&
         start == kept_heading;
}

} // namespace

std::string place_of(const std::string& path) {
  std::error_code error;
  // Absolute first: of a file that does not exist yet, `x` and `./x` would not be seen as one.
  auto real = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path : real.string();
}

std::set<std::string> scenario_places(const std::vector<std::string>& scenarios) {
  std::set<std::string> result;
  for (const auto& file : scenarios) {
    result.insert(place_of(file));
    std::error_code error;
    // What a pipe has to say can be read once.
    if (!fs::is_regular_file(file, error))
      continue;
    const auto text = input::read_whole(file, document::scenario_bytes_max);
    if (!text || text->find("file") == std::string::npos)
      continue;
    if (const auto scenario = document::read_document(*text))
      add_read(*scenario, fs::path{file}.parent_path(), result);
  }
  return result;
}

output_fault claim_output(const std::string& path, std::set<std::string>& seen) {
  std::error_code error;
  auto status = fs::status(path, error);
  if (fs::is_directory(status))
    return output_fault::folder;
  if (fs::exists(status) && !fs::is_regular_file(status))
    return output_fault::none;
  return seen.insert(place_of(path)).second ? output_fault::none : output_fault::taken;
}

void write_output(std::string_view command, const std::string& path,
                  const std::function<void(std::ostream&)>& write) {
  if (path.empty())
    return;
  if (const auto problem = output::write_whole(path, write); !problem.empty())
    throw usage_error{
        fmt::format("{}: cannot write {}: {}", command, document::in_quotes(path), problem)};
}

std::vector<std::string> resolve_files(const std::vector<std::string>& named,
                                       std::string_view extension) {
  std::vector<std::string> result;
  std::set<std::string> seen;
  auto add = [&](const std::string& file) {
    if (!seen.insert(place_of(file)).second)
      throw usage_error{fmt::format("{} is named twice", document::in_quotes(file))};
    result.push_back(file);
  };
  for (const auto& name : named) {
    std::error_code error;
    auto status = fs::status(name, error);
    if (name.empty() || status.type() == fs::file_type::not_found)
      throw usage_error{fmt::format("{}: no such file or folder", document::in_quotes(name))};
    if (error)
      throw usage_error{fmt::format("{}: {}", document::in_quotes(name), error.message())};
    if (fs::is_directory(status))
      for (const auto& file : files_in(name, extension))
        add(file);
    else if (!is_companion(name))
      add(name);
  }
  if (result.empty())
    throw usage_error{fmt::format("{} belongs to the kept case beside it, and is no scenario",
                                  document::in_quotes(named.front()))};
  return result;
}

} // namespace lapse::cli
