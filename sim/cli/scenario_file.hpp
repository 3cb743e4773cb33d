#pragma once

#include "sim/language/loader.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace lapse::cli {

// Commands that are about one scenario and answer with one document.

/// The text of a scenario file. Throws `usage_error`, after its reasons on standard error.
[[nodiscard]] std::string read_scenario(std::string_view command, const std::string& file);

/// As scenario files are loaded.
[[nodiscard]] language::load_options loading_of(const std::string& file,
                                                std::vector<std::string> overrides);

/// Throws `usage_error`, after the reasons on standard error.
[[noreturn]] void refuse_scenario(std::string_view command, const std::string& file,
                                  const std::vector<document::load_error>& errors);

/// JSON as commands print it.
[[nodiscard]] std::string printed(const nlohmann::ordered_json& what);

} // namespace lapse::cli
