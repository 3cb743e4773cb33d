#pragma once

#include "actors/protocol/door.hpp"
#include "sim/plan/checks.hpp"
#include "sim/plan/request.hpp"

namespace lapse::plan {

struct step;

/// A request and what is expected of its answer.
struct request_step {
  caller by;
  request_template what;
  std::vector<binding> binds;
  std::vector<answer_check> expect;
  /// It came to a served world from outside.
  bool external = false;
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
  /// Of those that clients feel, as in `fault`.
  duration lasts = never;
  int status = 503;
  bool over = false;
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
  document::file_position where;
  step_time when;
  /// The step in words for reports: `create job{i} as S`.
  counted_text words;
  /// `std::monostate`: time passes, nothing is asked.
  std::variant<std::monostate, request_step, fault_step, keep_step, repeat_step, together_step>
      action;
  /// Checked when the step and all work without delay that it caused are done.
  std::vector<world_check> expect;
};

} // namespace lapse::plan
