#pragma once

#include "actors/protocol/event.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lapse::text_report {

/// A failed expectation in one clause: "`web`: expected alive, saw expired at 4h: it expired …".
[[nodiscard]] std::string failure_words(const expectation_failed& what);

/// What a run that passes may pass by accident: requests refused of which no `expect` spoke, with
/// the first of them, warnings, or nothing expected at all.
class accidents {
public:
  void on_event(const event& e);

  /// As one clause; empty: nothing.
  [[nodiscard]] std::string words(const run_ended& run) const;

private:
  std::optional<told_refusal> refusal_;
  std::uint64_t warnings_ = 0;
  std::string warning_;
};

} // namespace lapse::text_report
