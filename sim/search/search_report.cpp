#include "sim/search/search_report.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/shell_quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::search {

int search_report::status_of(const search_case& one) const {
  if (!one.errors.empty())
    return 2;
  if (!one.nondeterminism.empty())
    return 3;
  auto kept = std::any_of(one.kept.begin(), one.kept.end(),
                          [](const kept_failure& k) { return k.still_fails; });
  // Another shard may have reached it.
  auto missed = shards == 1 && std::any_of(one.goals.begin(), one.goals.end(),
                                           [](const sometimes_goal& g) { return !g.reached; });
  if (strategy == "exhaustive" && one.exhaustive && !one.exhaustive->complete && !one.failed)
    return 4;
  return one.failed || kept || missed ? 1 : 0;
}

int search_report::status() const {
  int result = interrupted ? 2 : 0;
  for (const auto& one : cases)
    result = std::max(result, status_of(one));
  return result;
}

std::string search_report::command(const search_case& one) const {
  auto result = "lapse check " + (one.file.empty() ? std::string{"--generate"}
                                                   : text_report::shell_quoted(one.file));
  if (strategy != "auto")
    result += " --strategy " + strategy;
  if (strategy != "exhaustive")
    result += " --seed " + seed;
  if (strict)
    result += " --strict";
  return result + fmt::format(" --runs {}", runs);
}

std::string described(const explore::failure& what) {
  return what.sentence.starts_with(what.id) ? what.sentence : what.id + "  " + what.sentence;
}

std::string told(const explore::failure& what) {
  constexpr std::size_t text_bytes_max = 2'000;
  if (what.evidence.empty()) // of an earlier search
    return text_report::escaped(described(what), text_bytes_max);
  const auto when = "at " + ttl::format_duration(what.at) + ": ";
  const auto says_when =
      what.evidence.starts_with(when) || what.evidence.starts_with("not reached by ");
  return text_report::escaped(described(what) + ", " + (says_when ? "" : when) + what.evidence,
                              text_bytes_max);
}

} // namespace lapse::search
