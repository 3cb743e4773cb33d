#pragma once

#include "actors/protocol/door.hpp"
#include "sim/engine/decisions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lapse {

// A scenario file compiled once into plain, immutable types. The loader makes a plan,
// the runner reads it; nothing here knows YAML. Repeats stay a structure: a plan's size is that of
// its file, however often a step is run.

/// A place in the scenario file, both counted from 1; 0:0 for what no line says.
struct file_position {
  int line = 0;
  int column = 0;
  friend bool operator==(const file_position&, const file_position&) = default;
};

/// A plain value, or the two ends of a range the user left open (`30m..2h`, both included).
/// `run` takes the lower end, `run --seed` and `check` draw; `draw` counts a file's ranges from 0
/// in file order and is -1 for a plain value.
template <class T>
struct ranged {
  T low{};
  T high{};
  int draw = -1;
  [[nodiscard]] bool fixed() const noexcept { return draw < 0; }
};

/// A text with counters of the enclosing repeats in it: `job{i}`. A part's counter is the index of
/// its repeat, outermost 0; -1 where the part is its literal alone. The literal comes first.
struct counted_text {
  struct part {
    std::string literal;
    int counter = -1;
  };
  std::vector<part> parts;

  [[nodiscard]] bool empty() const noexcept { return parts.empty(); }
  /// Whether no counter stands in it.
  [[nodiscard]] bool fixed() const noexcept;
  /// The text for the given rounds (counted from 1) of the enclosing repeats, outermost first.
  [[nodiscard]] std::string render(const std::vector<std::int64_t>& rounds) const;
  /// The text as the file has it, with `{i}` for every counter: for messages.
  [[nodiscard]] std::string raw() const;
};

/// A use of a handle. `root` always exists; every other one is bound somewhere in the file.
struct handle_ref {
  counted_text name;
  file_position where;
};

/// What of a handle stands in a text. A handle whose binding request failed gives an unknown
/// identifier of the right shape.
enum class handle_part : std::uint8_t {
  token,      ///< the token id; of a handle that names a value: the value
  accessor,   ///< its accessor
  lease,      ///< the lease id of a lease handle
  token_lease ///< the lease id of a token's own lease (`H.lease`, R-110)
};

struct handle_text {
  handle_ref handle;
  handle_part part = handle_part::token;
};

/// A text made when the step is issued: literals, counters and identifiers of handles in a row.
struct issued_text {
  std::vector<std::variant<counted_text, handle_text>> pieces;
};

/// A value of a request body that is not fixed in the file. `at` finds it in the body.
struct body_hole {
  nlohmann::json::json_pointer at;
  /// A duration range becomes the server's text of the duration (`1h30m`), a number range a number.
  std::variant<issued_text, ranged<duration>, ranged<std::int64_t>> value;
};

/// A key of a body object that has counters in it. Keys are renamed after values are filled in,
/// in this order.
struct body_key_hole {
  nlohmann::json::json_pointer object;
  std::string key;
  counted_text name;
};

/// A request as the file writes it. `fixed` is set where nothing in it has to be filled in; it is
/// then the same object for every issue, so that its body is parsed once.
struct step_template {
  /// HTTP verb for `parse_request`.
  std::string method;
  /// Path without `/v1/`, with the query if any.
  issued_text path;
  nlohmann::json body;
  std::vector<body_hole> holes;
  std::vector<body_key_hole> key_holes;
  /// `X-Vault-Wrap-TTL`.
  std::optional<std::variant<issued_text, ranged<duration>>> wrap_ttl;
  request_ptr fixed;
};
/// Short for readers of plans; the transcripts' type of that name is another.
using request_template = step_template;

/// Who makes a request.
struct caller {
  enum class kind : std::uint8_t { nobody, handle, text };
  kind who = kind::handle;
  handle_ref handle;
  /// `X-Vault-Token` of a raw request.
  issued_text text;
};

/// What an answer gives a name to.
struct binding {
  enum class kind : std::uint8_t {
    token,   ///< the verb's own handle: the token of the `auth` block; if the answer was wrapped,
             ///< the token inside
    saved,   ///< `save:` the lease if there is one, else the token, else the value; if wrapped,
             ///< inside
    wrapping ///< `wrap:` the wrapping token
  };
  kind what = kind::token;
  counted_text handle;
  file_position where;
};

// -- expectations --------------------------------------------------------------

/// Both ends included; a plain number sets both.
struct bounds {
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;
};

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
  file_position where;
  answer_field field = answer_field::status;
  /// The key as written.
  std::string name;
  std::variant<bounds, bool, expect_text_part, expect_set, expect_json> expected;
  /// What was expected, in the file's words.
  std::string words;
};

enum class state_word : std::uint8_t { alive, expired, revoked, dead, gone, irrevocable };

/// The handles a check or property speaks of.
struct selector {
  enum class part : std::uint8_t {
    itself,
    lease,       ///< a token's own lease
    descendants, ///< tokens below it, at each instant
    leases       ///< secret leases of it, at each instant
  };
  file_position where;
  /// With `glob`, `*` in it stands for any text and it must match at least one handle.
  counted_text name;
  bool glob = false;
  part of = part::itself;
};

/// What ended a token or lease: a handle (the topmost whose end took it along), or a word.
struct because_word {
  enum class kind : std::uint8_t { revoke, last_use, prefix, mount, tidy };
  kind what = kind::revoke;
};

/// A state of a handle, short form or long form; parts not written are not checked.
struct state_check {
  file_position where;
  selector of;
  std::optional<state_word> state;
  /// Absolute instant it ended.
  std::optional<instant> at;
  std::variant<std::monostate, because_word, handle_ref> because;
  std::optional<duration> lived;
  std::string words;
};

enum class count_word : std::uint8_t {
  tokens,
  accessors,
  cubbyholes,
  leases,
  credentials,
  backend_revocations
};

struct count_check {
  file_position where;
  count_word what = count_word::tokens;
  bounds expected;
  std::string words;
};

using world_check = std::variant<state_check, count_check>;

// -- steps -----------------------------------------------------------------------

struct step;

/// A request and what is expected of its answer.
struct request_step {
  caller by;
  request_template what;
  std::vector<binding> binds;
  std::vector<answer_check> expect;
  /// The file spoke of `status` or `error`: a refusal is not shown as unexpected.
  bool refusal_expected = false;
};

/// A fault; its mount or handle is filled in at issue.
struct fault_step {
  fault::kind what = fault::kind::backend_down;
  /// Mount path with its final `/`.
  counted_text mount;
  bool revoke_only = false;
  ranged<duration> takes;
  /// The lease of `fail_revocation`.
  std::optional<handle_ref> lease;
};

/// Runs `renewal` every `every` after the step's own time up to and including `until`, beside the
/// steps after it.
struct keep_step {
  handle_ref handle;
  ranged<duration> every;
  instant until{0};
  request_step renewal;
};

/// Runs its steps `times` times, or until the absolute instant `until` (included). With `every` the
/// rounds start `every` apart, the last at or before `until`, and run beside the steps after it.
/// Without, one follows the other, and a round is begun only if its last step is not after `until`.
struct repeat_step {
  std::optional<ranged<std::int64_t>> times;
  std::optional<instant> until;
  std::optional<ranged<duration>> every;
  std::vector<step> steps;
};

/// Issued at once by independent clients.
struct together_step {
  std::vector<step> steps;
};

/// When a step is issued.
struct step_time {
  enum class kind : std::uint8_t {
    same, ///< at the time of the previous step
    at,   ///< `value` after the start
    after ///< `value` after the previous step
  };
  kind from = kind::same;
  ranged<duration> value;
};

struct step {
  file_position where;
  step_time when;
  /// The step in words for reports: `create job{i} as S`.
  counted_text words;
  /// `std::monostate`: time passes, nothing is asked.
  std::variant<std::monostate, request_step, fault_step, keep_step, repeat_step, together_step>
      action;
  /// Checked when the step and all work without delay that it caused are done.
  std::vector<world_check> expect;
};

// -- properties --------------------------------------------------------------------

/// `{ status: 500 }` in a property: an answer with this status (and this part of an error).
struct answer_seen {
  file_position where;
  bounds status;
  std::string error;
  std::string words;
};

/// Every selector is in this state.
struct states_hold {
  file_position where;
  state_word state = state_word::alive;
  std::vector<selector> of;
  std::string words;
};

struct property {
  enum class kind : std::uint8_t { always, never, eventually, sometimes };
  kind what = kind::always;
  file_position where;
  /// All of them at once.
  std::vector<std::variant<states_hold, count_check, answer_seen>> conditions;
  /// Absolute, both ends included; the window starts no earlier than its handles.
  instant from{0};
  /// None: the end of the run, or `within`.
  std::optional<instant> to;
  /// The window's length after its start (`eventually … within`).
  std::optional<duration> within;
  /// The property in the file's words.
  std::string words;
};

/// A range in the file's text.
struct range_place {
  file_position where;
  /// Each round draws for itself.
  bool in_repeat = false;
  std::variant<ranged<duration>, ranged<std::int64_t>> range;
};

// -- the plan ----------------------------------------------------------------------

/// A request of the set-up before time 0, made by root; a refusal is an error of the file at
/// `where`.
struct setup_request {
  file_position where;
  request_ptr what;
  std::string words;
  /// Ranges in the body (`default_ttl: 30m..2h`); `what` has their lower ends.
  std::vector<body_hole> holes;
};

/// Something the user should know that is no error.
struct plan_warning {
  file_position where;
  std::string text;
};

struct plan {
  /// The file, as the user gave it.
  std::string source;
  std::string name;
  std::string about;
  std::uint64_t seed = 0;
  server_config server;
  std::vector<setup_request> setup;
  std::vector<step> steps;
  std::vector<property> properties;
  /// Ids of built-in rules switched off, in file order.
  std::vector<std::string> rules_off;
  /// None: the last step or the end of the last property's window.
  std::optional<instant> until;
  std::vector<plan_warning> warnings;
  /// How many ranges the file has; `ranged::draw` is below it.
  int ranges = 0;
  /// Where they stand.
  std::vector<range_place> range_places;
  /// The choices of a run found by a search, which this file repeats (`decisions`).
  std::optional<decision_list> decisions;
};

} // namespace lapse
