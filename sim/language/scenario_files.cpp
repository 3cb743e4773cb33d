#include "sim/language/scenario_files.hpp"

#include "sim/document/nearest.hpp"
#include "sim/language/pasted.hpp"
#include "sim/language/verbs.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

namespace lapse::language {

namespace {

void take_in_policy(document::document_node* policy, const std::string& folder) {
  if (policy == nullptr || policy->find("file") == nullptr)
    return;
  const std::vector<std::string> no_overrides;
  document::diagnostics faults{{}, no_overrides};
  if (auto text = policy_text(*policy, faults, folder)) {
    auto value = document::quoted_value(std::move(*text));
    value.key = policy->key;
    *policy = std::move(value);
  }
}

void take_in_policies(document::document_node& steps, const std::string& folder) {
  for (auto& step : steps.children) {
    if (step.find("write_policy") != nullptr)
      take_in_policy(step.find("policy"), folder);
    if (auto* inner = inner_steps(step))
      take_in_policies(*inner, folder);
  }
}

} // namespace

std::optional<std::string> named_file(document::diagnostics& faults, const std::string& folder,
                                      const document::document_node& file, std::string_view what) {
  constexpr std::size_t bytes_max = 1u << 20;
  namespace fs = std::filesystem;
  auto path = fs::path{folder} / fs::path{file.text};
  auto refuse = [&](std::string_view why) {
    faults.report(file.at, fmt::format("{} {} {}; the path is relative to the scenario", what,
                                       document::in_quotes(file.text), why));
    return std::nullopt;
  };
  std::error_code fault;
  auto status = fs::status(path, fault);
  if (fault || !fs::exists(status))
    return refuse("does not exist");
  if (!fs::is_regular_file(status))
    return refuse("is no regular file");
  auto size = fs::file_size(path, fault);
  if (fault || size > bytes_max)
    return refuse("is larger than 1 MB");
  std::ifstream stream{path, std::ios::binary};
  std::string text(static_cast<std::size_t>(size), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream && size > 0)
    return refuse("cannot be read");
  return text;
}

std::optional<std::string> policy_text(const document::document_node& policy,
                                       document::diagnostics& faults, const std::string& folder) {
  if (policy.is_scalar())
    return policy.text;
  const auto* file = policy.find("file");
  if (file == nullptr || !file->is_scalar() || file->text.empty())
    return std::nullopt;
  return named_file(faults, folder, *file, "policy file");
}

void take_in_files(document::document_node& scenario, const std::string& folder) {
  if (auto* policies = scenario.find("policies"); policies != nullptr && policies->is_map())
    for (auto& one : policies->children)
      take_in_policy(&one, folder);
  if (auto* steps = scenario.find("steps"))
    take_in_policies(*steps, folder);
  auto with_roles = scenario;
  const std::vector<std::string> no_overrides;
  document::diagnostics faults{{}, no_overrides};
  accept_pasted(with_roles, faults, folder);
  if (faults.empty())
    scenario = std::move(with_roles);
}

} // namespace lapse::language
