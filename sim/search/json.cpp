#include "sim/search/search_report.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace lapse::search {

using json = nlohmann::ordered_json;

namespace {

// -- writing -----------------------------------------------------------------------

json render(const explore::failure& f) {
  return {{"id", f.id},     {"sentence", f.sentence}, {"evidence", f.evidence},
          {"line", f.line}, {"at_ns", f.at.count()},  {"at", ttl::format_duration(f.at)}};
}

json render(const std::vector<explore::failure>& list) {
  auto result = json::array();
  for (const auto& f : list)
    result.push_back(render(f));
  return result;
}

json render(const found_failure& f) {
  json result;
  result["run"] = f.run;
  result["seed"] = f.seed ? json(*f.seed) : json(nullptr);
  result["strategy"] = f.strategy;
  result["range_values"] = f.range_values;
  result["interleave"] = f.interleave;
  result["decisions"] = f.decisions;
  result["failures"] = render(f.failures);
  result["scenario"] = f.scenario;
  result["path"] = f.path;
  result["scenario_failures"] = render(f.shrunk_failures);
  result["steps_before"] = f.steps_before;
  result["steps_after"] = f.steps_after;
  result["deviations"] = f.deviations;
  result["tries"] = f.tries;
  result["shrunk_to_the_end"] = f.finished;
  result["plain"] = f.plain;
  result["fails_as_given"] = f.fails_as_given;
  result["smaller_with_another_cause"] = nullptr;
  if (f.other)
    result["smaller_with_another_cause"] = {{"steps", f.other_steps},
                                            {"failure", render(*f.other)}};
  return result;
}

json render_histories(const search_case& one) {
  auto result = json::array();
  for (const auto& [history, run] : one.histories)
    result.push_back(json::array({fmt::format("{:016x}", history), run}));
  return result;
}

json render(const exhaustive_count& all) {
  json result{{"traces", all.traces},     {"other_runs", all.other_runs},
              {"complete", all.complete}, {"stopped_by", explore::to_string(all.stopped_by)},
              {"ranges", all.ranges},     {"value_sets", all.value_sets},
              {"jitter", all.jitter},     {"proof", all.proof()},
              {"subtrees", json::array()}};
  for (const auto& tree : all.subtrees)
    result["subtrees"].push_back(json::array({tree.number, tree.traces, tree.other_runs}));
  return result;
}

json render(const search_report& report, const search_case& one) {
  json result;
  result["file"] = one.file;
  result["scenario_hash"] = fmt::format("{:016x}", one.scenario_hash);
  result["status"] = report.status_of(one);
  result["errors"] = one.errors;
  result["notes"] = one.notes;
  result["runs"] = one.runs;
  result["runs_max"] = one.runs_max;
  result["single_history"] = one.single_history;
  result["cut_short"] = one.cut_short;
  result["histories"] = render_histories(one);
  result["sometimes"] = json::array();
  for (const auto& goal : one.goals)
    result["sometimes"].push_back(
        {{"line", goal.line},
         {"words", goal.words},
         {"reached_in_run", goal.reached ? json(*goal.reached) : json(nullptr)}});
  result["exhaustive"] = nullptr;
  if (one.exhaustive)
    result["exhaustive"] = render(*one.exhaustive);
  result["failed"] = one.failed ? render(*one.failed) : json(nullptr);
  result["kept"] = json::array();
  for (const auto& kept : one.kept)
    result["kept"].push_back(
        {{"path", kept.path}, {"still_fails", kept.still_fails}, {"failure", render(kept.what)}});
  result["nondeterminism"] = one.nondeterminism;
  return result;
}

// -- reading -----------------------------------------------------------------------

/// A whole number of `from`, which the JSON library would make of any other number too.
std::uint64_t read_count(const json& from) {
  if (!from.is_number_unsigned())
    throw std::runtime_error(
        fmt::format("{} stands where a whole number belongs", from.dump(-1, ' ', true)));
  return from.get<std::uint64_t>();
}

explore::failure read_failure(const json& from) {
  constexpr std::uint64_t line_max = std::numeric_limits<int>::max();
  constexpr std::uint64_t instant_max = std::numeric_limits<std::int64_t>::max();
  return {from.at("id"), from.at("sentence"), from.at("evidence"),
          static_cast<int>(std::min(read_count(from.at("line")), line_max)),
          instant{static_cast<std::int64_t>(std::min(read_count(from.at("at_ns")), instant_max))}};
}

std::vector<explore::failure> read_failures(const json& from) {
  std::vector<explore::failure> result;
  for (const auto& one : from)
    result.push_back(read_failure(one));
  return result;
}

std::optional<std::uint64_t> maybe_count(const json& from) {
  return from.is_null() ? std::nullopt : std::optional{read_count(from)};
}

found_failure read_found(const json& from) {
  found_failure result;
  result.run = read_count(from.at("run"));
  result.seed = maybe_count(from.at("seed"));
  result.strategy = from.at("strategy");
  for (const auto& value : from.at("range_values"))
    if (value.is_number_integer())
      result.range_values.push_back(value.get<std::int64_t>());
    else
      throw std::runtime_error("`range_values` holds something else than whole numbers");
  result.interleave = from.at("interleave");
  result.decisions = from.at("decisions");
  result.failures = read_failures(from.at("failures"));
  result.scenario = from.at("scenario");
  result.path = from.at("path");
  result.shrunk_failures = read_failures(from.at("scenario_failures"));
  result.steps_before = read_count(from.at("steps_before"));
  result.steps_after = read_count(from.at("steps_after"));
  result.deviations = read_count(from.at("deviations"));
  result.tries = read_count(from.at("tries"));
  result.finished = from.at("shrunk_to_the_end");
  result.plain = from.at("plain");
  result.fails_as_given = from.at("fails_as_given");
  if (const auto& other = from.at("smaller_with_another_cause"); !other.is_null()) {
    result.other_steps = read_count(other.at("steps"));
    result.other = read_failure(other.at("failure"));
  }
  if (result.failures.empty())
    throw std::runtime_error("`failed` without a failure");
  return result;
}

std::uint64_t read_hash(const std::string& text) {
  std::uint64_t result = 0;
  auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), result, 16);
  if (error != std::errc{} || at != text.data() + text.size())
    throw std::runtime_error("a history is no hexadecimal number");
  return result;
}

explore::search_limit read_limit(const std::string& text) {
  using explore::search_limit;
  for (auto limit : {search_limit::none, search_limit::runs, search_limit::deliveries,
                     search_limit::messages, search_limit::time})
    if (text == to_string(limit))
      return limit;
  throw std::runtime_error("an unknown `stopped_by`");
}

exhaustive_count read_exhaustive(const json& from) {
  exhaustive_count result;
  result.traces = read_count(from.at("traces"));
  result.other_runs = read_count(from.at("other_runs"));
  result.complete = from.at("complete");
  result.stopped_by = read_limit(from.at("stopped_by"));
  result.ranges = from.at("ranges");
  result.value_sets = read_count(from.at("value_sets"));
  result.jitter = from.at("jitter");
  for (const auto& tree : from.at("subtrees"))
    result.subtrees.push_back(
        {read_count(tree.at(0)), read_count(tree.at(1)), read_count(tree.at(2))});
  return result;
}

search_case read_case(const json& from) {
  search_case result;
  result.file = from.at("file");
  result.scenario_hash = read_hash(from.at("scenario_hash"));
  result.errors = from.at("errors").get<std::vector<std::string>>();
  result.notes = from.value("notes", std::string{});
  result.runs = read_count(from.at("runs"));
  result.runs_max = read_count(from.at("runs_max"));
  result.single_history = from.at("single_history");
  result.cut_short = from.at("cut_short");
  for (const auto& entry : from.at("histories"))
    result.histories.emplace(read_hash(entry.at(0)), read_count(entry.at(1)));
  for (const auto& goal : from.at("sometimes"))
    result.goals.push_back({static_cast<int>(read_count(goal.at("line"))), goal.at("words"),
                            maybe_count(goal.at("reached_in_run"))});
  if (const auto& all = from.at("exhaustive"); !all.is_null())
    result.exhaustive = read_exhaustive(all);
  if (const auto& failed = from.at("failed"); !failed.is_null())
    result.failed = read_found(failed);
  for (const auto& kept : from.at("kept"))
    result.kept.push_back(
        {kept.at("path"), kept.at("still_fails"), read_failure(kept.at("failure"))});
  result.nondeterminism = from.at("nondeterminism");
  return result;
}

/// The sampled runs of a shard: numbers from 0, dealt to the shards in turn.
std::uint64_t runs_of_shard(const search_report& report, const search_case& one) {
  return one.runs_max < report.shard ? 0 : (one.runs_max - report.shard) / report.shards + 1;
}

/// What cannot be so in a report that lapse wrote; empty: nothing.
std::string contradiction(const search_report& report) {
  if (report.shards < 1 || report.shard < 1 || report.shard > report.shards)
    return fmt::format("there is no shard {} of {}", report.shard, report.shards);
  for (const auto& one : report.cases) {
    auto may = runs_of_shard(report, one);
    for (const auto& [history, run] : one.histories)
      if (run >= one.runs_max || run % report.shards != report.shard - 1)
        return fmt::format("run {} is none of shard {}/{} of {} runs", run, report.shard,
                           report.shards, one.runs_max);
    auto whole = one.errors.empty() && !one.failed && !one.cut_short &&
                 one.nondeterminism.empty() && !report.interrupted;
    if (one.runs > may || one.runs_max > report.runs || (whole && one.runs != may))
      return fmt::format("{} made {} runs of its {}", shown_name(one), one.runs, may);
  }
  return {};
}

} // namespace

json to_json(const search_report& report) {
  json result;
  result["schema_version"] = 2;
  result["seed"] = report.seed;
  result["strategy"] = report.strategy;
  result["runs"] = report.runs;
  result["shard"] = report.shard;
  result["shards"] = report.shards;
  result["strict"] = report.strict;
  result["interrupted"] = report.interrupted;
  result["status"] = report.status();
  result["cases"] = json::array();
  for (const auto& one : report.cases)
    result["cases"].push_back(render(report, one));
  return result;
}

tl::expected<search_report, std::string> read_search_report(const std::string& text) {
  try {
    auto from = json::parse(text);
    if (from.at("schema_version") != 2)
      return tl::unexpected{std::string{"its schema_version is not 2"}};
    search_report result;
    result.seed = from.at("seed");
    result.strategy = from.at("strategy");
    result.runs = read_count(from.at("runs"));
    result.shard = read_count(from.at("shard"));
    result.shards = read_count(from.at("shards"));
    result.strict = from.value("strict", false);
    result.interrupted = from.at("interrupted");
    for (const auto& one : from.at("cases"))
      result.cases.push_back(read_case(one));
    if (auto wrong = contradiction(result); !wrong.empty())
      return tl::unexpected{std::move(wrong)};
    return result;
  } catch (const json::exception&) {
    // What the library says is about its own types.
    return tl::unexpected{std::string{"it is no report of `lapse check --json`"}};
  } catch (const std::exception& e) {
    return tl::unexpected{fmt::format("it is no report of `lapse check --json`: {}", e.what())};
  }
}

} // namespace lapse::search
