#pragma once

#include "actors/lives/ledger.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/protocol/request.hpp"

#include <map>
#include <optional>
#include <string>

namespace lapse::run {

/// What is wrong between the server and its clients at each time. Requests that come from outside
/// feel it; those of a scenario's other steps do not.
class client_faults {
public:
  void start(const fault& what, instant now);

  /// What a client gets instead of the server's answer, which then does not hear of the request;
  /// none: it gets through. Status 0: nobody answers.
  [[nodiscard]] std::optional<answer> instead(const credential& by, const request& what,
                                              const lives::ledger& lives, instant now);
  /// Whether the answer to a request gets lost.
  [[nodiscard]] bool loses_answers(instant now) const;
  /// How long an answer takes.
  [[nodiscard]] duration delay(instant now) const;

private:
  struct felt {
    fault what;
    instant until{0};
  };
  [[nodiscard]] const felt* find(fault::kind what, instant now) const;

  std::map<fault::kind, felt> now_;
  /// By mount.
  std::map<std::string, felt> renewals_;
};

} // namespace lapse::run
