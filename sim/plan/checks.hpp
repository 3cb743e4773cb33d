#pragma once

#include "actors/protocol/event.hpp"
#include "sim/plan/values.hpp"

#include <optional>
#include <string_view>

namespace lapse::plan {

// What a file expects of answers and of the world.

/// Both ends included; a plain number sets both.
struct bounds {
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;
};

[[nodiscard]] inline bool within(const bounds& allowed, std::int64_t value) noexcept {
  return (!allowed.at_least || value >= *allowed.at_least) &&
         (!allowed.at_most || value <= *allowed.at_most);
}

/// Where in an answer a field is looked for.
enum class answer_field : std::uint8_t {
  status,
  error,          ///< any of `errors`
  warnings,       ///< any of `warnings`
  ttl,            ///< auth.lease_duration; in a lookup `ttl`; of a secret lease_duration
  lease_duration, ///< of the auth block or the secret
  renewable,
  orphan,
  num_uses,
  policies,
  data, ///< the whole `data` block
  named ///< `name` in the auth block, `data`, `wrap_info` or at top level, in this order
};

/// Every text must occur as a part of the field (of one entry of a list).
struct expect_text_part {
  std::vector<counted_text> parts;
};
/// The field is a set of exactly these texts.
struct expect_set {
  std::vector<std::string> names;
};
/// The field contains this JSON: objects by subset, all else equal. Strings may hold counters
/// (`holes` have only texts).
struct expect_json {
  nlohmann::json value;
  std::vector<body_hole> holes;
};

/// One `expect` beside a verb. Durations are compared in whole seconds.
struct answer_check {
  document::file_position where;
  answer_field field = answer_field::status;
  /// The key as written.
  std::string name;
  std::variant<bounds, bool, expect_text_part, expect_set, expect_json> expected;
  /// What was expected, in the file's words.
  std::string words;
};

enum class state_word : std::uint8_t { alive, expired, revoked, dead, gone, irrevocable };

/// As files write them, in the order of `state_word`.
[[nodiscard]] const std::vector<std::string_view>& state_words();
[[nodiscard]] std::string_view to_string(state_word word) noexcept;
[[nodiscard]] std::optional<state_word> to_state(std::string_view word);

/// The handles a check or property speaks of.
struct selector {
  enum class part : std::uint8_t {
    itself,
    lease,       ///< a token's own lease
    descendants, ///< tokens below it, at each instant
    leases       ///< secret leases of it, at each instant
  };
  document::file_position where;
  /// With `glob`, `*` in it stands for any text and it must match at least one handle.
  counted_text name;
  bool glob = false;
  part of = part::itself;
};

/// The causes that `because` names by a word, that of `to_string`; any other is a handle, the
/// topmost whose end took it along.
inline constexpr end_cause because_words[] = {end_cause::revoke, end_cause::last_use,
                                              end_cause::prefix, end_cause::mount, end_cause::tidy};

/// A state of a handle, short form or long form; parts not written are not checked.
struct state_check {
  document::file_position where;
  selector of;
  std::optional<state_word> state;
  /// Absolute instant it ended.
  std::optional<instant> at;
  std::variant<std::monostate, end_cause, handle_ref> because;
  std::optional<duration> lived;
  std::string words;
};

enum class count_word : std::uint8_t {
  tokens,
  accessors,
  cubbyholes,
  leases,
  secret_leases,
  credentials,
  backend_revocations
};

/// Which of them are counted; what is empty does not matter. All that is set must fit.
struct count_filter {
  /// With its final `/`: of a secrets engine, whose leases are counted; `auth/…`, whose tokens are.
  std::string mount;
  /// The role or user a token was made with, or that of a secret.
  std::string role;
  /// A family of handles, `web` for `web` or `web1`, `web2`, …: these tokens and their leases.
  std::string of;

  [[nodiscard]] bool empty() const noexcept { return mount.empty() && role.empty() && of.empty(); }
  friend bool operator==(const count_filter&, const count_filter&) = default;
};

struct count_check {
  document::file_position where;
  count_word what = count_word::tokens;
  bounds expected;
  std::string words;
  count_filter filter = {};
};

using world_check = std::variant<state_check, count_check>;

} // namespace lapse::plan
