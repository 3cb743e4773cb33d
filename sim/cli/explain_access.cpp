#include "sim/cli/explain_access.hpp"

#include "actors/protocol/visible_text.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/text/likeness.hpp"
#include "sim/document/node.hpp"
#include "sim/document/read_document.hpp"
#include "sim/language/policy_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace lapse::cli {

namespace {

/// Where the scenario's text of one of the policies, separated by spaces, has the rule:
/// `file:line:column`; empty if it is not there.
std::string place_of_rule(const std::string& rule, std::string_view policies,
                          const std::string& file, const std::string& source) {
  const auto scenario = document::read_document(source);
  if (!scenario || rule.empty())
    return {};
  for (const auto& policy : document::entries_of(scenario->find("policies"))) {
    const auto found = (' ' + std::string{policies} + ' ').find(' ' + policy.key + ' ');
    if (found == std::string::npos || !policy.is_scalar())
      continue;
    for (const auto& written : {'"' + rule + '"', "\"/" + rule + '"'}) {
      const auto at = policy.text.find(written);
      if (at == std::string::npos)
        continue;
      const auto before = std::string_view{policy.text}.substr(0, at);
      const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
      const auto start = before.rfind('\n');
      const auto column =
          static_cast<int>(start == std::string_view::npos ? at : at - start - 1) + 1;
      const auto place = language::policy_place(source, policy, line, column);
      return fmt::format("{}:{}:{}", file, place.line, place.column);
    }
  }
  return {};
}

/// The rows that follow what was asked.
std::string rows_of(const explain::explained_access& what, const std::string& file,
                    const std::string& source) {
  std::string out;
  const auto row = [&](std::string_view title, const std::string& text) {
    if (!text.empty())
      out += fmt::format("  {:<11}{}\n", title, visible_text(text));
  };
  row("answer", fmt::format("{}{}{}", what.status, what.error.empty() ? "" : " ", what.error));
  row("why", what.why);
  if (!what.rule.empty()) {
    const auto place = place_of_rule(what.rule, what.policies, file, source);
    row("rule",
        fmt::format("{} of {}{}{}", what.rule, what.policies, place.empty() ? "" : ", ", place));
  } else {
    row("granted by", what.policies);
  }
  row("let in by", what.remedy);
  row("policies", what.held);
  return out;
}

} // namespace

std::string access_text(const explain::explained_access& what, const std::string& file,
                        const std::string& source) {
  const auto title = what.number > 0
                         ? fmt::format("refusal {} of {}, at ", text_report::grouped(what.number),
                                       text_report::grouped(what.refusals))
                         : std::string{"asked at "};
  return fmt::format("{}{}: {} as {}\n", title, ttl::readable_duration(what.at),
                     visible_text(what.what), visible_text(what.who)) +
         rows_of(what, file, source);
}

std::string capabilities_text(const std::vector<std::string>& capabilities,
                              const explain::explained_access& what, const std::string& file,
                              const std::string& source) {
  const auto path = what.what.substr(std::min(what.what.find(' '), what.what.size() - 1) + 1);
  return fmt::format("at {}: {} has {} on {}\n", ttl::readable_duration(what.at),
                     visible_text(what.who),
                     capabilities.empty() ? std::string{"nothing that the server tells"}
                                          : fmt::format("{}", fmt::join(capabilities, ", ")),
                     visible_text(path)) +
         "  a read of it:\n" + rows_of(what, file, source);
}

} // namespace lapse::cli
