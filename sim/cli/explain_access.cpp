#include "sim/cli/explain_access.hpp"

#include "actors/protocol/visible_text.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"
#include "sim/document/node.hpp"
#include "sim/document/read_document.hpp"
#include "sim/language/policy_place.hpp"
#include "sim/language/scenario_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

namespace lapse::cli {

namespace {

/// Where `rule` is written in the text of a policy; line 0: nowhere.
document::file_position written_in(std::string_view policy, const std::string& rule) {
  for (const auto& written : {'"' + rule + '"', "\"/" + rule + '"'}) {
    const auto at = policy.find(written);
    if (at == std::string::npos)
      continue;
    const auto before = policy.substr(0, at);
    const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
    const auto start = before.rfind('\n');
    const auto column = static_cast<int>(start == std::string_view::npos ? at : at - start - 1) + 1;
    return {line, column};
  }
  return {0, 0};
}

/// Where the text of a row begins.
constexpr std::size_t rows_column = 13;

/// The rows that follow what was asked.
std::string rows_of(const explain::explained_access& what, const rule_place& place) {
  std::string out;
  const auto row = [&](std::string_view title, const std::string& text) {
    if (!text.empty())
      out +=
          fmt::format("  {:<11}{}\n", title, text_report::wrapped(visible_text(text), rows_column));
  };
  row("answer", fmt::format("{}{}{}", what.status, what.error.empty() ? "" : " ", what.error));
  row("why", what.why);
  if (!what.rule.empty()) {
    const auto where = place.at.line == 0 ? std::string{}
                                          : fmt::format(", {}:{}:{}", place.rule_file,
                                                        place.at.line, place.at.column);
    row("rule", fmt::format("{} of {}{}", what.rule, what.policies, where));
  } else {
    row("granted by", what.policies);
  }
  row("let in by", what.remedy);
  row("policies", what.held);
  return out;
}

} // namespace

rule_place place_of_rule(const explain::explained_access& what, const std::string& file,
                         const std::string& source) {
  rule_place result{file, file, {0, 0}};
  const auto scenario = document::read_document(source);
  if (!scenario || what.rule.empty())
    return result;
  const auto folder = std::filesystem::path{file}.parent_path();
  const std::vector<std::string> no_overrides;
  document::diagnostics faults{file, no_overrides};
  for (const auto& policy : document::entries_of(scenario->find("policies"))) {
    if ((' ' + what.policies + ' ').find(' ' + policy.key + ' ') == std::string::npos)
      continue;
    const auto text = language::policy_text(policy, faults, folder.string());
    const auto at = text ? written_in(*text, what.rule) : document::file_position{0, 0};
    if (at.line == 0)
      continue;
    if (const auto* of_file = policy.find("file"))
      return {file, (folder / of_file->text).string(), at};
    return {file, file, language::policy_place(source, policy, at.line, at.column)};
  }
  return result;
}

std::string access_text(const explain::explained_access& what, const rule_place& place) {
  const auto title = what.number > 0
                         ? fmt::format("refusal {} of {}, at ", text_report::grouped(what.number),
                                       text_report::grouped(what.refusals))
                         : std::string{"asked at "};
  const auto head = fmt::format("{}{}: {} as {}", title, ttl::readable_duration(what.at),
                                visible_text(what.what), visible_text(what.who));
  return text_report::wrapped(head, 2) + '\n' + rows_of(what, place);
}

std::string capabilities_text(const std::vector<std::string>& capabilities,
                              const explain::explained_access& what, const rule_place& place) {
  const auto path = what.what.substr(std::min(what.what.find(' '), what.what.size() - 1) + 1);
  const auto head =
      fmt::format("at {}: {} has {} on {}", ttl::readable_duration(what.at), visible_text(what.who),
                  capabilities.empty() ? std::string{"nothing that the server tells"}
                                       : fmt::format("{}", fmt::join(capabilities, ", ")),
                  visible_text(path));
  return text_report::wrapped(head, 2) + "\n  a read of it:\n" + rows_of(what, place);
}

} // namespace lapse::cli
