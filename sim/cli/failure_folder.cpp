#include "sim/cli/failure_folder.hpp"

#include "actors/protocol/ids.hpp"
#include "actors/protocol/visible_text.hpp"
#include "reports/output/atomic_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

namespace lapse::cli {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

namespace {

/// A case larger than this was not written by lapse.
constexpr std::uintmax_t bytes_max = 64u << 20;

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t sum = 0x6b657074ULL;
  for (char c : text)
    sum = derive(sum, static_cast<unsigned char>(c));
  return sum;
}

void write(const std::string& path, const std::string& text) {
  // The folder may have come with the repository, and a link in it must not lead elsewhere.
  auto problem = output::write_whole(
      path, [&](std::ostream& out) { out << text; }, output::links::replaced);
  if (!problem.empty())
    throw usage_error{
        fmt::format("check: cannot keep the failing case {}: {}; --failures names another "
                    "folder, or none with an empty name",
                    document::in_quotes(path), problem)};
}

kept_case read_case(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  auto from = json::parse(text);
  kept_case result;
  result.path = fs::path(path).replace_extension(".yaml").string();
  result.file = from.at("file");
  if (!from.at("seed").is_null())
    result.seed = from.at("seed").get<std::uint64_t>();
  if (from.contains("range_values"))
    result.range_values = from.at("range_values").get<plan::range_values>();
  result.interleave = from.at("interleave");
  result.what.id = from.at("id");
  result.what.sentence = from.at("sentence");
  auto decisions = engine::parse_decisions(from.at("decisions").get<std::string>());
  if (!decisions)
    throw std::runtime_error(decisions.error().text);
  result.decisions = *std::move(decisions);
  return result;
}

} // namespace

std::vector<kept_case> failure_folder::cases_of(const std::string& file) const {
  std::vector<fs::path> found;
  std::error_code error;
  if (!path_.empty())
    for (fs::directory_iterator i(path_, error), end; !error && i != end; i.increment(error))
      if (i->path().extension() == ".json" && i->is_regular_file(error) &&
          i->file_size(error) <= bytes_max)
        found.push_back(i->path());
  std::sort(found.begin(), found.end());
  std::vector<kept_case> result;
  for (const auto& path : found) {
    try {
      if (auto one = read_case(path); one.file == file)
        result.push_back(std::move(one));
    } catch (const std::exception& e) {
      std::cerr << "lapse: check: " << visible_text(path.string())
                << " is no kept case and is left alone: " << visible_text(e.what()) << '\n';
    }
  }
  return result;
}

std::string failure_folder::name_of(const std::string& file, const explore::failure& what) const {
  auto stem = file.empty() ? std::string{"generated"} : fs::path(file).stem().string();
  for (auto& c : stem)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
          c == '_'))
      c = '_';
  stem.resize(std::min<std::size_t>(stem.size(), 80));
  auto number = static_cast<std::uint32_t>(hash_of(file + "\n" + what.id + "\n" + what.sentence));
  return fmt::format("{}-{}-{:08x}", stem, what.id, number);
}

std::string failure_folder::keep(const std::string& file,
                                 const search::found_failure& found) const {
  if (path_.empty())
    return {};
  std::error_code error;
  fs::create_directories(path_, error);
  if (error)
    throw usage_error{
        fmt::format("check: cannot make the folder {} for failing cases: {}; --failures "
                    "names another, or none with an empty name",
                    document::in_quotes(path_), error.message())};
  const auto& what = found.failures.front();
  auto base = (fs::path(path_) / name_of(file, what)).string();
  json about;
  about["file"] = file;
  about["run"] = found.run;
  about["seed"] = found.seed ? json(*found.seed) : json(nullptr);
  if (!found.range_values.empty())
    about["range_values"] = found.range_values;
  about["interleave"] = found.interleave;
  about["id"] = what.id;
  about["sentence"] = what.sentence;
  about["decisions"] = found.decisions;
  write(base + ".yaml", found.scenario);
  write(base + ".json", about.dump(2, ' ', false, json::error_handler_t::replace) + '\n');
  return base + ".yaml";
}

} // namespace lapse::cli
