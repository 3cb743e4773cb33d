#pragma once

#include "actors/lives/ledger.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/protocol/request.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lapse::run {

/// What is wrong between the server and its clients at each time. Requests that come from outside
/// feel it; those of a scenario's other steps do not.
class client_faults {
public:
  void start(const fault& what, instant now);

  struct intercepted {
    answer reply;
    refusal_ptr why; ///< which fault it was
  };
  /// What a client gets instead of the server's answer, which then does not hear of the request;
  /// none: it gets through. Status 0: nobody answers.
  [[nodiscard]] std::optional<intercepted> instead(const credential& by, const request& what,
                                                   const lives::ledger& lives, instant now);
  /// Whether the answer to a request gets lost.
  [[nodiscard]] bool loses_answers(instant now) const;
  /// How long an answer takes.
  [[nodiscard]] duration delay(instant now) const;

private:
  struct felt {
    fault what;
    instant from{0};
    instant until{0};

    /// "an outage from 1h to 2h", to tell a client's failure by.
    [[nodiscard]] refusal_ptr why(std::string_view words) const;
  };
  [[nodiscard]] const felt* find(fault::kind what, instant now) const;

  std::map<fault::kind, felt> now_;
  /// By mount.
  std::map<std::string, felt> renewals_;
};

} // namespace lapse::run
