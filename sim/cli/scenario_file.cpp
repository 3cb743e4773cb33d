#include "sim/cli/scenario_file.hpp"

#include "sim/cli/commands.hpp"
#include "sim/document/nearest.hpp"
#include "sim/rules/catalogue.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <utility>

namespace lapse::cli {

std::string read_scenario(std::string_view command, const std::string& file) {
  auto text = language::read_scenario_file(file);
  if (!text)
    refuse_scenario(command, file, text.error());
  return *std::move(text);
}

language::load_options loading_of(const std::string& file, std::vector<std::string> overrides) {
  language::load_options result;
  result.overrides = std::move(overrides);
  result.folder = std::filesystem::path{file}.parent_path().string();
  result.rule_ids = rules::rule_ids();
  return result;
}

void refuse_scenario(std::string_view command, const std::string& file,
                     const std::vector<document::load_error>& errors) {
  for (const auto& error : errors)
    std::cerr << to_string(error) << '\n';
  throw usage_error{fmt::format("{}: {} does not load", command, document::in_quotes(file))};
}

std::string printed(const nlohmann::ordered_json& what) {
  return what.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

} // namespace lapse::cli
