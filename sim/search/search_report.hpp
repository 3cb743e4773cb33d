#pragma once

#include "sim/document/load_error.hpp"
#include "sim/explore/exhaustive.hpp"

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace lapse::search {

/// A `sometimes` property and the run that reached it first.
struct sometimes_goal {
  int line = 0;
  std::string words;
  std::optional<std::uint64_t> reached;
};

/// A failing run and the scenario it was shrunk to.
struct found_failure {
  std::uint64_t run = 0;
  std::optional<std::uint64_t> seed;
  /// `file order`, `first in first out`, a sampling strategy, or `exhaustive`.
  std::string strategy;
  /// What else repeats the run: values of ranges, and the choices.
  plan::range_values range_values;
  bool interleave = true;
  std::string decisions;
  std::vector<explore::failure> failures;
  /// The counterexample's text, and where it was written; empty: nowhere.
  std::string scenario;
  std::string path;
  std::vector<explore::failure> shrunk_failures;
  std::size_t steps_before = 0;
  std::size_t steps_after = 0;
  std::size_t deviations = 0;
  std::size_t tries = 0;
  bool finished = false;
  /// The counterexample needs no order of messages.
  bool plain = false;
  /// `lapse run` of the scenario itself shows the failure.
  bool fails_as_given = false;
  /// A case with fewer steps that breaks the same for another cause.
  std::size_t other_steps = 0;
  std::optional<explore::failure> other;
};

/// A failure of an earlier search, tried again before this one.
struct kept_failure {
  std::string path;
  bool still_fails = false;
  explore::failure what;
};

struct exhaustive_count {
  std::uint64_t traces = 0;
  std::uint64_t other_runs = 0;
  bool complete = false;
  explore::search_limit stopped_by = explore::search_limit::none;
  /// The scenario has ranges, of which `value_sets` sets of values were taken; one: the lower ends.
  bool ranges = false;
  std::uint64_t value_sets = 1;
  /// The scenario has jitter, of which that of its own seed was taken.
  bool jitter = false;
  /// Of a shard: what its subtrees came to, so that those after a failure can be left out.
  std::vector<explore::exhaustive_outcome::subtree_count> subtrees = {};

  /// Nothing but the order of messages could differ, and every order was seen.
  [[nodiscard]] bool proof() const noexcept { return complete && !ranges && !jitter; }
};

/// What a search of one file, or of generated estates, came to.
struct search_case {
  std::string file;
  /// Of the scenario's text, so that only searches of the same are merged.
  std::uint64_t scenario_hash = 0;
  /// What passes in file order though nobody may have meant it to; empty: nothing.
  std::string notes;
  std::vector<std::string> errors;
  std::uint64_t runs = 0;
  /// How many sampled runs its budget allowed, over all shards; 0: it was not sampled.
  std::uint64_t runs_max = 0;
  std::map<std::uint64_t, std::uint64_t> histories;
  bool single_history = false;
  bool cut_short = false;
  std::vector<sometimes_goal> goals;
  std::optional<exhaustive_count> exhaustive;
  std::optional<found_failure> failed;
  std::vector<kept_failure> kept;
  std::string nondeterminism;
};

/// One search over one shard, or all of them merged.
struct search_report {
  /// As given: a number or `commit:HASH`.
  std::string seed = "0";
  std::string strategy = "auto";
  std::uint64_t runs = 0;
  /// From 1.
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
  /// What nobody spoke of was a failure.
  bool strict = false;
  /// A signal ended it before its end: no verdict.
  bool interrupted = false;
  std::vector<search_case> cases;

  /// The exit status: the highest of its cases'.
  [[nodiscard]] int status() const;
  [[nodiscard]] int status_of(const search_case& one) const;
  /// The command that makes the search of one case again.
  [[nodiscard]] std::string command(const search_case& one) const;
};

[[nodiscard]] nlohmann::ordered_json to_json(const search_report& report);

/// Reads what `to_json` made; otherwise says why it cannot.
[[nodiscard]] tl::expected<search_report, std::string> read_search_report(const std::string& text);

/// One report of all shards of a search, from the files of theirs: as if it had been made without
/// shards. An error text if a file is no report, the reports do not belong together or some are
/// missing.
[[nodiscard]] tl::expected<search_report, std::string>
merged_report(const std::vector<std::string>& paths);

/// The run in file order, which comes before a search.
struct first_run {
  /// Why the server cannot be set up so.
  std::vector<document::load_error> errors;
  /// What it says of refusals and warnings that no `expect` speaks of, and that nothing was
  /// expected; empty: nothing.
  std::string notes;
};

[[nodiscard]] first_run run_in_file_order(const plan::plan& what);

/// A rule by its id and sentence; a property by its words, which begin with its kind.
[[nodiscard]] std::string described(const explore::failure& what);

/// What did not hold, when, what was seen instead and why: one clause without control characters.
[[nodiscard]] std::string told(const explore::failure& what);

/// Its file, or `generated estates`; no control characters.
[[nodiscard]] std::string shown_name(const search_case& one);

/// How much was searched, in a few words.
[[nodiscard]] std::string count_text(const search_report& report, const search_case& one);

/// Its notes, to follow a verdict; empty: it has none.
[[nodiscard]] std::string noted(const search_case& one);

/// One of the things for which a case did not hold.
struct search_problem {
  std::string file; ///< empty: generated estates
  int line = 0;     ///< 0: of no line
  std::string text;
};

/// All of them that are known: each failure, or else what the search lacks. Empty: it held.
[[nodiscard]] std::vector<search_problem> problems_of(const search_report& report,
                                                      const search_case& one);

/// Why a case did not hold, in one line; of one that held how much was searched.
[[nodiscard]] std::string problem_text(const search_report& report, const search_case& one);

/// `PASS`, `FAIL`, `ERROR`, or `STOP` at its budget.
[[nodiscard]] std::string verdict_word(const search_report& report, const search_case& one);

/// One line for a case that held; for one that failed, all that is needed to understand and repeat
/// it.
void print_case(std::ostream& out, const search_report& report, const search_case& one,
                bool colour);

/// For how many scenarios the verdict is a proof; empty for one.
[[nodiscard]] std::string proofs_text(const search_report& report);

void write_search_junit(std::ostream& out, const search_report& report);

/// Markdown for the summary of a CI job.
void write_search_summary(std::ostream& out, const search_report& report);

} // namespace lapse::search
