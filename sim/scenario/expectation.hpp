#pragma once

#include "actors/lives/ledger.hpp"
#include "sim/scenario/request_writer.hpp"

#include <string>
#include <vector>

namespace lapse {

/// One `expect` that did not hold.
struct mismatch {
  file_position where;
  /// A key of the answer, a handle or a count.
  std::string subject;
  std::string expected;
  std::string seen;
};

// -- answers -----------------------------------------------------------------------

/// Holds an answer against what the file says about it; appends what differs. Typed fields are
/// compared as they are; JSON is made only for keys that have no field of their own.
void check_answer(const answer& seen, const std::vector<answer_check>& expected,
                  const request_writer& texts, const round_numbers& rounds,
                  std::int64_t start_unix_s, std::vector<mismatch>& out);

/// The field as JSON; a discarded value where the answer has none.
[[nodiscard]] nlohmann::json find_field(const answer& in, answer_field field,
                                        const std::string& name, std::int64_t start_unix_s);

// -- the world -----------------------------------------------------------------------

/// The world as checks see it at one instant.
struct world_view {
  const ledger& lives;
  const handle_table& handles;
  const request_writer& texts;
  instant now{0};
};

/// Failures of one check beyond this many are counted, not listed.
inline constexpr std::size_t mismatches_per_check_max = 5;

/// Holds the world against one check; appends what differs.
void check_world(const world_view& world, const world_check& expected, const round_numbers& rounds,
                 std::vector<mismatch>& out);

/// Whether a state word holds.
[[nodiscard]] bool holds(state_word word, const life_view& life) noexcept;

[[nodiscard]] std::string_view to_string(state_word word) noexcept;
[[nodiscard]] std::string_view to_string(count_word word) noexcept;
[[nodiscard]] std::int64_t value_of(count_word word, const estate_counts& counts) noexcept;
[[nodiscard]] bool within(const bounds& allowed, std::int64_t value) noexcept;

/// `revoked at 1h because app, lived 1h`, `alive`, …
[[nodiscard]] std::string describe(const life_view& life, const ledger& lives);

} // namespace lapse
