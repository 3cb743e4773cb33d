// From the reports of all shards of a search to one.

#include "sim/document/nearest.hpp"
#include "sim/input/read_whole.hpp"
#include "sim/search/search_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace lapse::search {

namespace {

/// As many histories as a search without shards would have counted: the first ones.
void bound_histories(search_case& one) {
  if (one.histories.size() <= explore::histories_max)
    return;
  std::vector<std::uint64_t> first_runs;
  for (const auto& [history, run] : one.histories)
    first_runs.push_back(run);
  std::sort(first_runs.begin(), first_runs.end());
  const auto last = first_runs[explore::histories_max - 1];
  std::erase_if(one.histories, [&](const auto& entry) { return entry.second > last; });
}

void take_in(exhaustive_count& into, exhaustive_count part) {
  into.traces += part.traces;
  into.other_runs += part.other_runs;
  into.complete &= part.complete;
  if (into.stopped_by == explore::search_limit::none)
    into.stopped_by = part.stopped_by;
  into.subtrees.insert(into.subtrees.end(), part.subtrees.begin(), part.subtrees.end());
}

/// What the shards of an exhaustive search came to, as one: what other shards did after the first
/// failure does not count, and together they may spend no more than one.
void settle_exhaustive(search_case& one, std::uint64_t runs_max) {
  auto& all = *one.exhaustive;
  if (one.failed) {
    const auto last = one.failed->run;
    for (const auto& tree : all.subtrees)
      if (tree.number > last) {
        all.traces -= std::min(all.traces, tree.traces);
        all.other_runs -= std::min(all.other_runs, tree.other_runs);
      }
    for (auto& goal : one.goals)
      if (goal.reached && *goal.reached > last)
        goal.reached.reset();
    all.complete = false;
    all.stopped_by = explore::search_limit::none;
  } else if (all.complete && all.traces + all.other_runs > runs_max) {
    all.complete = false;
    all.stopped_by = explore::search_limit::runs;
  }
  all.subtrees.clear();
}

/// Takes the results of another shard into `into`, which is about the same file.
void take_in(search_case& into, search_case part) {
  into.runs += part.runs;
  into.single_history |= part.single_history;
  into.runs_max = std::max(into.runs_max, part.runs_max);
  into.cut_short |= part.cut_short;
  for (const auto& [history, run] : part.histories) {
    auto [at, fresh] = into.histories.emplace(history, run);
    if (!fresh)
      at->second = std::min(at->second, run);
  }
  for (std::size_t i = 0; i < into.goals.size(); ++i) {
    auto& mine = into.goals[i].reached;
    if (auto other = part.goals[i].reached; other && (!mine || *other < *mine))
      mine = other;
  }
  if (into.exhaustive && part.exhaustive)
    take_in(*into.exhaustive, std::move(*part.exhaustive));
  if (part.failed && (!into.failed || part.failed->run < into.failed->run))
    into.failed = std::move(part.failed);
  for (auto& kept : part.kept) {
    auto same = [&](const kept_failure& other) { return other.path == kept.path; };
    if (std::none_of(into.kept.begin(), into.kept.end(), same))
      into.kept.push_back(std::move(kept));
  }
  if (into.nondeterminism.empty())
    into.nondeterminism = part.nondeterminism;
  for (auto& error : part.errors)
    if (std::find(into.errors.begin(), into.errors.end(), error) == into.errors.end())
      into.errors.push_back(std::move(error));
}

/// A search without shards would have stopped at the first failure: what other shards did after it
/// does not count.
void forget_later(search_case& one) {
  bound_histories(one);
  if (!one.failed || one.failed->strategy == "exhaustive")
    return;
  auto last = one.failed->run;
  one.runs = last + 1;
  std::erase_if(one.histories, [&](const auto& entry) { return entry.second > last; });
  for (auto& goal : one.goals)
    if (goal.reached && *goal.reached > last)
      goal.reached.reset();
}

std::string unlike(const search_report& a, const search_report& b) {
  std::string differ;
  auto compare = [&](const char* name, const auto& mine, const auto& other) {
    if (mine != other)
      differ += fmt::format("{}{} {} and {}", differ.empty() ? "" : ", ", name, mine, other);
  };
  compare("seed", a.seed, b.seed);
  compare("strategy", a.strategy, b.strategy);
  compare("--runs", a.runs, b.runs);
  compare("--strict", a.strict, b.strict);
  compare("shards of", a.shards, b.shards);
  if (!differ.empty())
    return "the reports are of different searches: " + differ;
  if (a.cases.size() != b.cases.size())
    return "the reports are of different files";
  for (std::size_t i = 0; i < a.cases.size(); ++i)
    if (a.cases[i].errors.empty() && b.cases[i].errors.empty() &&
        a.cases[i].runs_max != b.cases[i].runs_max)
      return fmt::format("the reports are of different budgets: {} and {} runs of {}",
                         a.cases[i].runs_max, b.cases[i].runs_max, a.cases[i].file);
    else if (a.cases[i].scenario_hash != b.cases[i].scenario_hash)
      return fmt::format("the reports are of different texts of {}", a.cases[i].file);
    else if (a.cases[i].file != b.cases[i].file ||
             a.cases[i].goals.size() != b.cases[i].goals.size())
      return fmt::format("the reports are of different files: {} and {}", a.cases[i].file,
                         b.cases[i].file);
  return {};
}

/// An error text if they do not belong together or some are missing.
tl::expected<search_report, std::string> merge(std::vector<search_report> parts) {
  if (parts.empty())
    return tl::unexpected{std::string{"there is nothing to merge"}};
  std::sort(parts.begin(), parts.end(),
            [](const auto& a, const auto& b) { return a.shard < b.shard; });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (auto difference = unlike(parts.front(), parts[i]); !difference.empty())
      return tl::unexpected{std::move(difference)};
    if (i > 0 && parts[i].shard == parts[i - 1].shard)
      return tl::unexpected{
          fmt::format("shard {}/{} is there twice", parts[i].shard, parts[i].shards)};
    if (parts[i].shard != i + 1)
      return tl::unexpected{fmt::format("shard {}/{} is missing", i + 1, parts[i].shards)};
  }
  if (parts.size() != parts.front().shards)
    return tl::unexpected{
        fmt::format("shard {}/{} is missing", parts.size() + 1, parts.front().shards)};
  auto result = std::move(parts.front());
  for (const auto& part : parts)
    result.interrupted |= part.interrupted;
  for (std::size_t i = 1; i < parts.size(); ++i)
    for (std::size_t c = 0; c < result.cases.size(); ++c)
      take_in(result.cases[c], std::move(parts[i].cases[c]));
  for (auto& one : result.cases) {
    forget_later(one);
    if (one.exhaustive && result.strategy == "exhaustive")
      settle_exhaustive(one, result.runs);
  }
  result.shard = result.shards = 1;
  return result;
}

tl::expected<std::string, std::string> read_whole(const std::string& path) {
  constexpr std::size_t bytes_max = 256u << 20;
  auto text = input::read_whole(path, bytes_max);
  if (!text)
    return tl::unexpected{fmt::format("{}: {}", document::in_quotes(path), text.error())};
  if (text->size() > bytes_max)
    return tl::unexpected{fmt::format("{} is no report to merge: it is larger than 256 MB",
                                      document::in_quotes(path))};
  return text;
}

} // namespace

tl::expected<search_report, std::string> merged_report(const std::vector<std::string>& paths) {
  std::vector<search_report> parts;
  for (const auto& path : paths) {
    auto text = read_whole(path);
    if (!text)
      return tl::unexpected{text.error()};
    auto part = read_search_report(*text);
    if (!part)
      return tl::unexpected{
          fmt::format("cannot merge {}: {}", document::in_quotes(path), part.error())};
    parts.push_back(std::move(*part));
  }
  auto whole = merge(std::move(parts));
  if (!whole)
    return tl::unexpected{"cannot merge: " + whole.error()};
  return whole;
}

} // namespace lapse::search
