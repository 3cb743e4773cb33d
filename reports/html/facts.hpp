#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/html/axis.hpp"
#include "reports/html/html_options.hpp"
#include "reports/html/outline.hpp"
#include "reports/html/renewal_marks.hpp"
#include "reports/text/failure_cards.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lapse::html {

/// The times of all members of one line of the outline.
struct line_times {
  instant created_first = never;
  instant created_last{0};
  instant end_first = never; ///< `never`: none has ended
  instant end_last{0};       ///< of those that ended
  instant advertised_first = never;
  instant advertised_last{0}; ///< `never` if one never ends
  instant gone_last{0};       ///< `never` if the revocation of one has not been carried out
  duration lived_least = never;
  duration lived_most{0};
  std::uint64_t ended = 0;
  std::uint64_t renewals = 0;
  std::uint64_t irrevocable = 0;
};

/// A refusal or a warning, as the page lists it.
struct finding {
  instant at{0};
  std::string place;      ///< file:line; empty: none
  std::string what;       ///< the step in words, or the warning
  std::string seen;       ///< its answer
  std::string why;        ///< what brought that about, as a clause
  std::uint64_t more = 0; ///< how many alike are not listed
  std::string last = {};  ///< of those, what the last was
  instant last_at{0};
};

/// How many there are from an instant on.
struct run_level {
  instant from{0};
  std::int64_t count = 0;
};

/// How many failures of one cause are listed.
inline constexpr std::size_t failures_alike_max = 10;

/// What was seen of the run besides lives.
struct run_findings {
  run_started start;
  run_ended end;
  text_report::failure_cards failures{failures_alike_max};
  std::vector<finding> refusals;
  std::vector<finding> expected_refusals;
  std::uint64_t expected_refused = 0; ///< how many these are, those not listed included
  std::vector<finding> warnings;
  std::vector<run_level> tokens_live;
  std::vector<run_level> leases_live;
  std::vector<run_level> lease_records; ///< those of tokens included

  [[nodiscard]] bool failed() const noexcept {
    return end.failed > 0 || end.rules_broken > 0 || !failures.empty();
  }
};

/// Everything a page is made of, worked out once when the run is over. Sections of the page read it
/// and nothing else.
struct page_facts {
  page_facts(const lives::ledger& run, const renewal_marks& renewals_of, const run_findings& seen,
             const html_options& how);

  const lives::ledger& lives;
  const renewal_marks& renewals;
  const run_findings& findings;
  const html_options& options;
  std::vector<lives::ending> ends;   ///< per life
  std::vector<lives::outlook> ahead; ///< per life
  /// Per life: how many others its end took along.
  std::vector<std::uint32_t> taken;
  outline lines;
  std::vector<line_times> times; ///< per line
  time_axis axis;

  static constexpr std::uint32_t none = outline_node::none;

  [[nodiscard]] const lives::life_record& life(lives::ledger::slot i) const { return lives.at(i); }
  [[nodiscard]] const lives::life_record& first_of(const outline_node& node) const {
    return life(node.members.front());
  }
  [[nodiscard]] const lives::ending& end_of_first(const outline_node& node) const {
    return ends[node.members.front()];
  }
};

/// The times of a line, or of anything made up as one.
[[nodiscard]] line_times times_of(const page_facts& facts, const outline_node& node);

} // namespace lapse::html
