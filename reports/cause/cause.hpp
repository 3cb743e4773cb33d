#pragma once

#include "actors/lives/ledger.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::cause {

/// A name within a sentence, between backquotes; those it holds become `'`, so that whoever sets
/// names apart finds their ends.
[[nodiscard]] std::string quoted(std::string name);

/// Calls `visit(part, is_name)` for each part of a sentence: in turns what stands outside of the
/// backquotes and a name between them. Parts may be empty.
template <class Visit>
void for_each_part(std::string_view sentence, Visit&& visit) {
  bool is_name = false;
  for (std::size_t at = 0; at <= sentence.size(); is_name = !is_name) {
    auto mark = std::min(sentence.find('`', at), sentence.size());
    visit(sentence.substr(at, mark - at), is_name);
    at = mark + 1;
  }
}

/// What a TTL was bound by, in words that fit a column: `own TTL`, `explicit maximum`, ….
[[nodiscard]] std::string_view bound_words(ttl_bound bound) noexcept;

/// What bound a life, for the table: `own TTL`, `ancestor app`, `owner token job`, `revoked by
/// root`, `last use`, …; of something alive, what will if nobody renews.
[[nodiscard]] std::string what_bound(const lives::ledger& lives, const lives::life_record& life,
                                     const lives::outlook& ahead);

/// Why it ended, as a clause of its own: `its parent `app` expired`, ``root` revoked it`, `its own
/// TTL ran out`. Empty for something alive.
[[nodiscard]] std::string reason(const lives::ledger& lives, const lives::life_record& life);

/// Why a client came to be without its set, as a clause: ``web1` ended, its own TTL ran out`, `it
/// began anew`.
/// @param lost what ended first; `no_slot`: nothing
[[nodiscard]] std::string gap_reason(const lives::ledger& lives, lives::ledger::slot lost);

/// Why each of many ended that were taken along by different tokens.
[[nodiscard]] std::string_view reason_in_common(const lives::life_record& life) noexcept;

/// What became of the revocation of something that ended as `end` says, if it was not carried out:
/// `its revocation was given up`. Empty otherwise.
[[nodiscard]] std::string_view aftermath(const lives::life_record& life,
                                         const lives::ending& end) noexcept;

/// Why it ended, to follow "lived 1h": ` because its parent `app` expired`, `: its own TTL ran
/// out`. Empty for something alive.
[[nodiscard]] std::string why(const lives::ledger& lives, const lives::life_record& life);

/// The sentence: "`job` was advertised 4h and lived 1h because its parent `app` expired".
[[nodiscard]] std::string sentence(const lives::ledger& lives, const lives::life_record& life);

/// One link of a cause chain.
struct cause_link {
  std::string name;
  std::string_view state;
  end_cause cause = end_cause::deadline;
  instant at = never;
};

/// From the record itself to the first cause: itself, the token right above, the topmost one; no
/// link twice. Empty for something alive.
[[nodiscard]] std::vector<cause_link> cause_chain(const lives::ledger& lives,
                                                  const lives::life_record& life);

} // namespace lapse::cause
