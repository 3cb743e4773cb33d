#pragma once

#include "actors/lives/event_reader.hpp"
#include "reports/html/axis.hpp"
#include "reports/html/html_options.hpp"
#include "reports/html/outline.hpp"
#include "reports/html/renewal_marks.hpp"

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

/// Something that went wrong, as the page lists it. Which fields are set depends on the list.
struct finding {
  instant at{0};
  std::string place;      ///< file:line:column
  std::string what;       ///< subject, rule or text
  std::string expected;   ///< or the sentence that must hold
  std::string seen;       ///< or the evidence
  std::string why;        ///< what brought that about, as a clause
  std::uint64_t more = 0; ///< how many alike are not listed
};

/// How many there are from an instant on.
struct run_level {
  instant from{0};
  std::int64_t count = 0;
};

/// What was seen of the run besides lives.
struct run_findings {
  run_started start;
  run_ended end;
  std::vector<finding> failures;
  std::vector<finding> broken;
  std::vector<finding> refusals;
  std::vector<finding> warnings;
  std::vector<run_level> tokens_live;
  std::vector<run_level> leases_live;

  [[nodiscard]] bool failed() const noexcept {
    return end.failed > 0 || end.rules_broken > 0 || !failures.empty() || !broken.empty();
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
