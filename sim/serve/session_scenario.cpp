#include "sim/serve/session_scenario.hpp"

#include "actors/protocol/answer.hpp"
#include "sim/document/read_document.hpp"
#include "sim/language/loader.hpp"
#include "sim/language/scenario_files.hpp"
#include "sim/rules/catalogue.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace lapse::serve {

namespace {

/// What `bao server -dev` begins with (R-802).
constexpr std::string_view dev_server = R"(lapse: 1
name: a served session
server:
  root: dev
secrets:
  secret:
    type: kv
    version: "{}"
    description: key/value secret storage
)";

std::vector<std::string> lines_of(const std::vector<document::load_error>& errors) {
  std::vector<std::string> result;
  for (const auto& error : errors)
    result.push_back(to_string(error));
  return result;
}

} // namespace

tl::expected<session_scenario, std::vector<std::string>>
session_scenario::read(const std::string& file, const std::string& root_token, int kv_version) {
  session_scenario result;
  result.root_token_ = root_token;
  if (file.empty()) {
    result.name_ = "session.yaml";
    // Said, though it is the usual one: clients have it in their settings.
    if (root_token.empty())
      result.root_token_ = "root";
    result.text_ = fmt::format(dev_server, kv_version);
    return result;
  }
  auto text = language::read_scenario_file(file);
  if (!text)
    return tl::unexpected(lines_of(text.error()));
  result.name_ = file;
  result.text_ = std::move(*text);
  result.folder_ = std::filesystem::path{file}.parent_path().string();
  if (const auto read = document::read_document(result.text_)) {
    const auto* server = read->find("server");
    result.has_start_ = server != nullptr && server->find("start") != nullptr;
    if (read->find("decisions") != nullptr)
      return tl::unexpected(std::vector<std::string>{
          file + ": a served world makes decisions of its own; take `decisions` out of the file"});
  }
  return result;
}

std::vector<std::string> session_scenario::overrides(std::optional<std::int64_t> start) const {
  std::vector<std::string> result;
  if (start && !has_start_)
    result.push_back("server.start=" + rfc3339(instant{0}, *start));
  if (!root_token_.empty()) {
    result.emplace_back("server.root=dev");
    result.push_back("server.root_token_id=\"" + root_token_ + '"');
  }
  return result;
}

tl::expected<plan::plan, std::vector<std::string>>
session_scenario::plan(std::optional<std::int64_t> start) const {
  language::load_options options;
  options.folder = folder_;
  options.overrides = overrides(start);
  options.rule_ids = rules::rule_ids();
  auto loaded = language::load_scenario(text_, name_, options);
  if (!loaded)
    return tl::unexpected(lines_of(loaded.error()));
  return std::move(*loaded);
}

void session_scenario::refresh() {
  base_ = document::read_document(text_).value_or(document::empty_map());
  language::take_in_files(base_, folder_);
}

} // namespace lapse::serve
