#pragma once

#include "actors/lives/ledger.hpp"
#include "sim/run/mismatch.hpp"
#include "sim/run/request_writer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lapse::run {

/// The world as checks see it at one instant.
struct world_view {
  const lives::ledger& lives;
  const handle_table& handles;
  const request_writer& texts;
  instant now{0};
  /// Whether to say who is counted where a count does not hold, which takes a look at everybody.
  bool tells_who = true;
};

/// Failures of one check beyond this many are counted, not listed.
inline constexpr std::size_t mismatches_per_check_max = 5;

/// Holds the world against one check; appends what differs.
void check_world(const world_view& world, const plan::world_check& expected,
                 const round_numbers& rounds, std::vector<mismatch>& out);

/// Whether a state word holds.
[[nodiscard]] bool holds(plan::state_word word, const lives::life_view& life) noexcept;

/// Whether a state word asks what became of a revocation.
[[nodiscard]] bool asks_for_the_end(std::optional<plan::state_word> word) noexcept;

[[nodiscard]] std::string_view to_string(plan::count_word word) noexcept;
[[nodiscard]] std::int64_t value_of(plan::count_word word,
                                    const lives::estate_counts& counts) noexcept;

/// Of those counted the largest groups; empty where nobody but a number is known.
[[nodiscard]] std::string who_is_counted(plan::count_word word, const lives::ledger& lives);

/// `revoked at 1h because app, lived 1h`, `alive`, …
[[nodiscard]] std::string describe(const lives::life_view& life, const lives::ledger& lives);

} // namespace lapse::run
